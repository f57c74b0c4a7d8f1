import { describe, expect, test } from "vitest";
import {
  AT,
  aCall,
  aCard,
  aLeg,
  anna,
  answered,
  ended,
  endedFrame,
  inSnapshot,
  ME,
  NOW,
  OLEG,
  placed,
  ringing,
  snapshot,
  updated,
  withdrawn,
} from "./call-samples";
import { type CallsMessage, type CallsState, currentTalk, emptyCalls } from "./calls-state";
import { reduceCalls } from "./reduce-calls";

const after = (...messages: CallsMessage[]): CallsState =>
  messages.reduce((state, message) => reduceCalls(state, message, NOW), emptyCalls(ME));

const only = (state: CallsState) => {
  expect(state.calls).toHaveLength(1);
  return state.calls[0];
};

describe("a ring", () => {
  test("brings a card", () => {
    expect(only(after(snapshot(5), ringing(6)))).toMatchObject({
      id: "call-1",
      isRingingHere: true,
      extension: "102",
      cardSeq: 6,
    });
  });

  test("is unknown before the first snapshot", () => {
    expect(after(ringing(6)).calls).toEqual([]);
  });

  test("is one card, however often it is told", () => {
    only(after(snapshot(5), ringing(6), ringing(7)));
  });

  test("keeps its card when the call changes", () => {
    const card = aCard({ client: anna });
    const live = only(after(snapshot(5), ringing(6, aCall(), card), updated(7, aCall())));
    expect(live).toMatchObject({ card, isRingingHere: true });
  });

  test("gets the card of the client who was chosen on another screen", () => {
    const card = aCard({ client: anna });
    const live = only(after(snapshot(5), ringing(6), updated(7, aCall(), card)));
    expect(live?.card?.client?.name).toBe("Анна Соколова");
  });

  test("that I answer becomes my talk", () => {
    const state = after(snapshot(5), ringing(6), updated(7, answered()));
    expect(only(state)).toMatchObject({ isRingingHere: false, ending: null });
    expect(currentTalk(state)?.id).toBe("call-1");
  });

  test("keeps its place when another begins", () => {
    const second = aCall({ id: "call-2" });
    const state = after(snapshot(5), ringing(6), ringing(7, second), updated(8, aCall()));
    expect(state.calls.map((live) => live.id)).toEqual(["call-1", "call-2"]);
  });
});

describe("the end of a ring", () => {
  test("names the colleague who answered", () => {
    const state = after(
      snapshot(5),
      ringing(6),
      withdrawn(7, "answered_elsewhere", { extension: "104", name: "Олег Дёмин" }),
    );
    expect(only(state)).toMatchObject({
      isRingingHere: false,
      ending: { kind: "elsewhere", by: "Олег Дёмин" },
    });
  });

  test("after I declined is silent", () => {
    const state = after(snapshot(5), ringing(6), withdrawn(7, "declined"));
    expect(only(state)).toMatchObject({ isRingingHere: false, ending: null });
  });

  test("is a missed call, with its wait, when the caller hangs up on me", () => {
    const state = after(snapshot(5), ringing(6), withdrawn(7, "cancelled"));
    expect(only(state)?.ending).toMatchObject({ kind: "missed", waitSeconds: 18 });
  });

  test("in a queue belongs to the queue's list, not to my screen", () => {
    const call = aCall({ queue: "Продажи" });
    const state = after(
      snapshot(5),
      ringing(6, call, aCard({ queue: "Продажи" })),
      withdrawn(7, "cancelled"),
      endedFrame(8, ended({ queue: "Продажи", result: "abandoned" })),
    );
    expect(state.calls).toEqual([]);
  });

  test("takes the exact wait from the ended call", () => {
    const state = after(
      snapshot(5),
      ringing(6),
      withdrawn(7, "cancelled"),
      endedFrame(8, ended({ result: "abandoned", wait_seconds: 17.2 })),
    );
    expect(only(state)?.ending).toMatchObject({ kind: "missed", waitSeconds: 17 });
  });

  test("for another of my phones leaves this ring alone", () => {
    const other: CallsMessage = { ...withdrawn(7, "cancelled"), extension: "777" } as CallsMessage;
    expect(only(after(snapshot(5), ringing(6), other))?.isRingingHere).toBe(true);
  });

  test("is forgotten when its time is over", () => {
    const state = after(snapshot(5), ringing(6), withdrawn(7, "cancelled"), {
      type: "local.forgotten",
      call_id: "call-1",
    });
    expect(state.calls).toEqual([]);
  });
});

describe("the end of a talk", () => {
  test("leaves the live calls and waits to be written up", () => {
    const state = after(snapshot(5), ringing(6), updated(7, answered()), endedFrame(8, ended()));
    expect(state.calls).toEqual([]);
    expect(state.finished.map((call) => call.id)).toEqual(["call-1"]);
  });

  test("is told once", () => {
    const state = after(
      snapshot(5),
      ringing(6),
      updated(7, answered()),
      endedFrame(8, ended()),
      { type: "local.taken", call_id: "call-1" },
      endedFrame(9, ended()),
    );
    expect(state.finished).toEqual([]);
  });

  test("comes also when the call goes on with a colleague", () => {
    const handed = answered({
      legs: [aLeg({ answered_at: AT, ended_at: AT }), aLeg({ user_id: OLEG, answered_at: AT })],
    });
    const state = after(snapshot(5), ringing(6), updated(7, answered()), updated(8, handed));
    expect(state.finished.map((call) => call.id)).toEqual(["call-1"]);
    expect(currentTalk(state)).toBeNull();
  });

  test("of a call that I placed comes too", () => {
    const state = after(snapshot(5), updated(6, placed()));
    expect(currentTalk(state)?.id).toBe("call-1");
    const over = ended({ ...placed({ answered_at: AT }), status: "ended" });
    expect(reduceCalls(state, endedFrame(7, over), NOW).finished).toHaveLength(1);
  });

  test("leaves nothing to write up when nobody answered, or a colleague did", () => {
    const unanswered = ended({ ...placed(), status: "ended", result: "no_answer" });
    const internal = ended({ direction: "internal", placed_by: { extension: "102", user_id: ME } });
    const state = after(snapshot(5), updated(6, placed()), endedFrame(7, unanswered));
    expect(state.finished).toEqual([]);
    const talk = after(
      snapshot(5),
      updated(6, answered({ direction: "internal" })),
      endedFrame(7, internal),
    );
    expect(talk.finished).toEqual([]);
  });
});

describe("the numbers of the frames", () => {
  test("a gap asks for a snapshot, and the frame is shown meanwhile", () => {
    const state = after(snapshot(5), ringing(8));
    expect(state).toMatchObject({ seq: 8, isOutOfStep: true });
    only(state);
  });

  test("a snapshot ends it", () => {
    expect(after(snapshot(5), ringing(8), snapshot(9))).toMatchObject({
      seq: 9,
      isOutOfStep: false,
    });
  });

  test("an old frame changes nothing", () => {
    const state = after(snapshot(5), ringing(6));
    expect(reduceCalls(state, withdrawn(6, "cancelled"), NOW)).toBe(state);
    expect(reduceCalls(state, withdrawn(3, "cancelled"), NOW)).toBe(state);
  });

  test("a ring that comes after its end brings no ghost", () => {
    expect(after(snapshot(5), endedFrame(6, ended()), ringing(7)).calls).toEqual([]);
    expect(after(snapshot(5), endedFrame(6, ended()), updated(7, answered())).calls).toEqual([]);
  });

  test("a frame of a kind that this page does not know is counted and left alone", () => {
    const unknown = { type: "task.due", seq: 6 } as unknown as CallsMessage;
    const state = after(snapshot(5), unknown);
    expect(state).toMatchObject({ seq: 6, isOutOfStep: false, calls: [] });
  });

  test("an end that nobody knew the beginning of is harmless", () => {
    expect(after(snapshot(5), withdrawn(6, "cancelled"), endedFrame(7, ended())).calls).toEqual([]);
  });
});

describe("a snapshot", () => {
  test("brings back the card of a ring after a reload", () => {
    const card = aCard({ client: anna });
    expect(only(after(snapshot(5, [inSnapshot(aCall(), card)])))).toMatchObject({
      isRingingHere: true,
      extension: "102",
      card,
      cardSeq: 5,
    });
  });

  test("brings back a talk", () => {
    expect(currentTalk(after(snapshot(5, [inSnapshot(answered())])))?.id).toBe("call-1");
  });

  test("turns a ring that is over into its ending", () => {
    expect(only(after(snapshot(5), ringing(6), snapshot(1)))).toMatchObject({
      isRingingHere: false,
      ending: { kind: "gone" },
    });
  });

  test("tells that somebody else answered meanwhile", () => {
    const theirs = answered({ legs: [aLeg({ user_id: OLEG, answered_at: AT })] });
    const state = after(snapshot(5), ringing(6), snapshot(1, [inSnapshot(theirs)]));
    expect(only(state)?.ending).toMatchObject({ kind: "elsewhere" });
  });

  test("without my talk hands it to wrap-up", () => {
    const state = after(snapshot(5), ringing(6), updated(7, answered()), snapshot(1));
    expect(state.calls).toEqual([]);
    expect(state.finished.map((call) => call.id)).toEqual(["call-1"]);
  });

  test("keeps the order and the number of the card that was shown", () => {
    const second = aCall({ id: "call-2" });
    const state = after(
      snapshot(5),
      ringing(6),
      ringing(7, second),
      snapshot(2, [inSnapshot(second, aCard()), inSnapshot(aCall(), aCard())]),
    );
    expect(state.calls.map((live) => [live.id, live.cardSeq])).toEqual([
      ["call-1", 6],
      ["call-2", 7],
    ]);
  });
});

test("a lost PBX is known until it is back", () => {
  const down: CallsMessage = {
    type: "link.changed",
    seq: 6,
    pbx: "main",
    is_up: false,
    reason: "timeout",
    at: AT,
  };
  const lost = after(snapshot(5), down);
  expect(lost.links).toEqual([{ pbx: "main", is_up: false, reason: "timeout", since: AT }]);
  const back = reduceCalls(lost, { ...down, seq: 7, is_up: true }, NOW);
  expect(back.links).toMatchObject([{ pbx: "main", is_up: true }]);
});
