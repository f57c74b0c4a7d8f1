// Whom the other side waits for: a call of mine in which a colleague is being asked first.
import { create } from "zustand";

type Consultation = { callId: string | null; to: string };

export const useConsultation = create<Consultation>(() => ({ callId: null, to: "" }));

export const beginConsultation = (callId: string, to: string): void =>
  useConsultation.setState({ callId, to });

export const endConsultation = (): void => useConsultation.setState({ callId: null, to: "" });
