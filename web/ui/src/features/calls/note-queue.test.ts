import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem, ServerUnreachable } from "@/lib/problem";
import { aCall } from "./call-samples";
import { NoteQueue } from "./note-queue";

const PAUSE = 800;
const KEY = "allo.note.me.call-1";

/** A server that keeps one note, and can be taken away. */
function aServer() {
  const state = { text: "", version: 0, isAway: false, refusal: null as Problem | null };
  const call = () => aCall({ note: state.text, note_version: state.version });
  const put = vi.fn(async (_: string, text: string, version: number) => {
    if (state.isAway) throw new ServerUnreachable();
    if (state.refusal) throw state.refusal;
    if (version !== state.version) throw new Problem(409, "conflict", { present: state.text });
    state.text = text;
    state.version += 1;
    return call();
  });
  const get = async () => {
    if (state.isAway) throw new ServerUnreachable();
    return call();
  };
  return { state, put, get };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

const draft = () => JSON.parse(localStorage.getItem(KEY) ?? "null");

describe("a note on a call", () => {
  test("is sent once, after a pause in the typing", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    for (const text of ["п", "пр", "про"]) queue.edit("call-1", text);
    expect(server.put).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(server.put).toHaveBeenCalledExactlyOnceWith("call-1", "про", 0, false);
    expect(queue.noteOf("call-1")).toMatchObject({ status: "saved", version: 1 });
  });

  test("is sent at once when the field is left", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    queue.edit("call-1", "перезвонить");
    await queue.flush("call-1");
    expect(server.state.text).toBe("перезвонить");
    await vi.advanceTimersByTimeAsync(PAUSE * 2);
    expect(server.put).toHaveBeenCalledTimes(1);
  });

  test("is kept on this machine until the server has that very text", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    queue.edit("call-1", "первое");
    expect(draft()).toEqual({ text: "первое", version: 0 });
    const sending = queue.flush("call-1");
    queue.edit("call-1", "первое и второе");
    await sending;
    expect(draft()).toEqual({ text: "первое и второе", version: 1 });
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(server.state.text).toBe("первое и второе");
    expect(draft()).toBeNull();
  });

  test("survives a reload of the page", async () => {
    const server = aServer();
    new NoteQueue("me", server).edit("call-1", "не потерять");
    const next = new NoteQueue("me", server);
    expect(next.noteOf("call-1")).toMatchObject({ text: "не потерять", status: "waiting" });
    await next.flushAll();
    expect(server.state.text).toBe("не потерять");
  });

  test("of another person on this machine stays theirs", () => {
    const server = aServer();
    new NoteQueue("oleg", server).edit("call-1", "заметка Олега");
    expect(new NoteQueue("me", server).noteOf("call-1")).toBeNull();
  });

  test("waits while the server is away and goes by itself when it is back", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    server.state.isAway = true;
    queue.edit("call-1", "терпение");
    await queue.flush("call-1");
    expect(queue.noteOf("call-1")?.status).toBe("waiting");
    server.state.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.state.text).toBe("терпение");
    expect(queue.noteOf("call-1")?.status).toBe("saved");
  });

  test("that the server will not have stays here and says so", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    server.state.refusal = new Problem(403, "forbidden");
    queue.edit("call-1", "всё равно моё");
    await queue.flush("call-1");
    expect(queue.noteOf("call-1")).toMatchObject({ status: "refused", text: "всё равно моё" });
    expect(draft()).toMatchObject({ text: "всё равно моё" });
  });
});

describe("two people at one note", () => {
  async function collided() {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    queue.learn("call-1", "", 0);
    queue.edit("call-1", "моё");
    Object.assign(server.state, { text: "чужое", version: 3 });
    await queue.flush("call-1");
    return { server, queue };
  }

  test("are both shown, and nothing is overwritten", async () => {
    const { server, queue } = await collided();
    expect(queue.noteOf("call-1")).toMatchObject({
      status: "conflict",
      text: "моё",
      theirs: { text: "чужое", version: 3 },
    });
    expect(server.state.text).toBe("чужое");
  });

  test.each([
    ["mine", "моё"],
    ["theirs", "чужое"],
    ["both", "чужое\nмоё"],
  ] as const)("are settled by keeping %s", async (choice, text) => {
    const { server, queue } = await collided();
    await queue.settle("call-1", choice);
    expect(server.state.text).toBe(text);
    expect(queue.noteOf("call-1")).toMatchObject({ status: "saved", text });
    expect(draft()).toBeNull();
  });

  test("who wrote the same are no conflict", async () => {
    const server = aServer();
    const queue = new NoteQueue("me", server);
    queue.edit("call-1", "одно и то же");
    Object.assign(server.state, { text: "одно и то же", version: 2 });
    await queue.flush("call-1");
    expect(queue.noteOf("call-1")).toMatchObject({ status: "saved", version: 2 });
  });
});

describe("what the server tells of a note", () => {
  test("is taken over when nothing of mine is on its way", () => {
    const queue = new NoteQueue("me", aServer());
    queue.learn("call-1", "было", 1);
    queue.learn("call-1", "стало", 2);
    expect(queue.noteOf("call-1")?.text).toBe("стало");
  });

  test("never replaces what is being typed", () => {
    const queue = new NoteQueue("me", aServer());
    queue.learn("call-1", "было", 1);
    queue.edit("call-1", "пишу");
    queue.learn("call-1", "стало", 2);
    expect(queue.noteOf("call-1")?.text).toBe("пишу");
  });

  test("and what another tab types is shown here too", () => {
    const server = aServer();
    const here = new NoteQueue("me", server);
    here.learn("call-1", "", 0);
    new NoteQueue("me", server).edit("call-1", "из другой вкладки");
    here.adopt(KEY);
    expect(here.noteOf("call-1")?.text).toBe("из другой вкладки");
  });
});
