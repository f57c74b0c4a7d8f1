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
    expect(draft()).toEqual({ text: "первое", version: 0, base: "" });
    const sending = queue.flush("call-1");
    queue.edit("call-1", "первое и второе");
    await sending;
    expect(draft()).toEqual({ text: "первое и второе", version: 1, base: "первое" });
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

describe("the same note in two tabs of one browser", () => {
  /** Two queues over one store; what one writes, or brings to the server, the other hears of. */
  function twoTabs() {
    const server = aServer();
    const here = new NoteQueue("me", server);
    const there = new NoteQueue("me", server);
    for (const queue of [here, there]) queue.learn("call-1", "", 0);
    return { server, here, there };
  }
  const typed = (by: NoteQueue, text: string, heardBy: NoteQueue) => {
    by.edit("call-1", text);
    heardBy.adopt(KEY);
  };

  test("typed on in the other one goes to the server as one text", async () => {
    const { server, here, there } = twoTabs();
    typed(here, "прив", there);
    typed(there, "привет", here);
    await vi.advanceTimersByTimeAsync(PAUSE * 10);
    expect(server.state).toMatchObject({ text: "привет", version: 1 });
    expect(here.noteOf("call-1")).toMatchObject({ text: "привет", status: "saved" });
    expect(there.noteOf("call-1")).toMatchObject({ text: "привет", status: "saved" });
  });

  test("is no conflict with oneself, though each was away when it was typed", async () => {
    const { server, here, there } = twoTabs();
    server.state.isAway = true;
    typed(here, "без связи", there);
    await here.flush("call-1");
    typed(there, "без связи, в другой вкладке", here);
    await there.flush("call-1");
    server.state.isAway = false;
    await Promise.all([here.flushAll(), there.flushAll()]);
    await vi.advanceTimersByTimeAsync(PAUSE * 20);
    expect(server.state.text).toBe("без связи, в другой вкладке");
    expect(here.noteOf("call-1")).toMatchObject({ status: "saved", theirs: null });
    expect(there.noteOf("call-1")).toMatchObject({ status: "saved", theirs: null });
    expect(draft()).toBeNull();
  });

  test("does not go down with the tab that it was typed in", async () => {
    const server = aServer();
    const crashed = new NoteQueue("me", { ...server, put: () => new Promise(() => undefined) });
    const left = new NoteQueue("me", server);
    crashed.edit("call-1", "не успело уйти");
    left.adopt(KEY);
    expect(left.noteOf("call-1")).toMatchObject({ text: "не успело уйти", status: "elsewhere" });
    await vi.advanceTimersByTimeAsync(6000);
    expect(server.state.text).toBe("не успело уйти");
  });

  test("opened while another types does not send half of it against the rest", async () => {
    const server = aServer();
    const here = new NoteQueue("me", server);
    here.edit("call-1", "пол");
    const opened = new NoteQueue("me", server);
    await opened.flushAll();
    here.sentElsewhere("call-1", { text: "пол", version: 1, isAll: true });
    here.edit("call-1", "половина и вторая");
    await vi.advanceTimersByTimeAsync(PAUSE * 10);
    expect(server.state).toMatchObject({ text: "половина и вторая", version: 2 });
    expect(here.noteOf("call-1")).toMatchObject({ status: "saved", theirs: null });
  });

  test("that another tab has brought to the server is written on over its version", async () => {
    const { server, here } = twoTabs();
    Object.assign(server.state, { text: "из другой", version: 1 });
    here.sentElsewhere("call-1", { text: "из другой", version: 1, isAll: true });
    here.edit("call-1", "из другой и отсюда");
    await here.flush("call-1");
    expect(server.put).toHaveBeenCalledExactlyOnceWith("call-1", "из другой и отсюда", 1, false);
    expect(here.noteOf("call-1")?.status).toBe("saved");
  });

  test("of which a conflict was settled in one is settled in the other", async () => {
    const { server, here, there } = twoTabs();
    typed(here, "моё", there);
    Object.assign(server.state, { text: "чужое", version: 3 });
    await here.flush("call-1");
    await there.flush("call-1");
    expect(there.noteOf("call-1")?.status).toBe("conflict");
    await here.settle("call-1", "theirs");
    there.sentElsewhere("call-1", { text: "чужое", version: 3, isAll: true });
    await vi.advanceTimersByTimeAsync(PAUSE * 10);
    expect(there.noteOf("call-1")).toMatchObject({ text: "чужое", status: "saved", theirs: null });
    expect(server.state.text).toBe("чужое");
  });
});
