// Making somebody of a number: a new client, or one who is known already.
import { addPhone, createClient } from "@/features/clients/clients-api";
import type { Call, Client } from "@/lib/wire";
import { callChanged } from "./call-changes";
import { putClient } from "./calls-api";
import type { QuickDraft } from "./quick-drafts";

const LABEL = "mobile";

/** Create the client and say that this call is theirs. Earlier calls of the number follow by themselves. */
export async function createForCall(call: Call, draft: QuickDraft): Promise<Client> {
  const company = draft.company.trim();
  const client = await createClient({
    kind: "person",
    name: draft.name.trim(),
    ...(company ? { company_name: company } : {}),
    phones: call.number && !call.is_withheld ? [{ number: call.number, label: LABEL }] : [],
  });
  await attach(call, client.id);
  return client;
}

/** The number belongs to a client we know: add it there, and the call too. */
export async function attachToClient(call: Call, clientId: string): Promise<void> {
  if (call.number && !call.is_withheld) await addPhone(clientId, call.number, LABEL);
  await attach(call, clientId);
}

async function attach(call: Call, clientId: string): Promise<void> {
  callChanged(await putClient(call.id, clientId));
}
