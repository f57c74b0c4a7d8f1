"""One PBX link from the socket to the bus, with everything that may happen to it on the way."""

from functools import partial
from pathlib import Path

from crm_core.kernel.events import CallsReplaced, LinkChanged
from telephony.ami_client import LinkState, LinkTiming
from telephony.ami_event import AmiEvent
from telephony.tape import TapeLimits
from tests.fakes.pbx import FakePbx, Session, fake_pbx, frame
from tests.integration.telephony.link_house import Told, linked
from tests.unit.telephony.tapes import Disk


def begin(number: int) -> bytes:
    return frame(Event="Newchannel", Channel=f"PJSIP/101-{number}")


def end(number: int) -> bytes:
    return frame(Event="Hangup", Channel=f"PJSIP/101-{number}")


async def test_what_the_pbx_says_goes_to_the_tracker_and_its_facts_to_the_bus(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        await pbx.say(begin(1) + end(1))
        await house.until(lambda: len(house.of(Told)) == 2)

        assert [fact.name for fact in house.of(Told)] == ["Newchannel", "Hangup"]


async def test_the_tracker_learns_of_settings_link_and_boot_before_the_calls(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.channels = [{"Channel": "PJSIP/101-7"}]
        await house.up()

        names = house.tracker.names()
        assert names[:4] == ["AlloSettings", "AlloLinkUp", "FullyBooted", "AlloBoot"]
        assert names.index("AlloBoot") < names.index("CoreShowChannel")
        assert house.tracker.fed[0]["ExtensionPattern"] == r"\d{2,5}"


async def test_all_that_lives_is_told_to_the_screens_once_it_was_compared(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()

        assert house.tracker.names().count("CoreShowChannelsComplete") == 1
        assert [event.pbx for event in house.of(CallsReplaced)] == ["main"]


async def test_a_user_with_few_rights_asks_for_the_status_instead(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.denied = {"CoreShowChannels"}
        pbx.channels = [{"Channel": "PJSIP/101-7"}]
        await house.up()

        assert "Status" in house.tracker.names()
        assert [event.pbx for event in house.of(CallsReplaced)] == ["main"]


async def test_a_pbx_that_lists_nothing_to_us_still_gets_its_screens(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.denied = {"CoreShowChannels", "Status", "QueueStatus"}
        await house.up()

        assert house.link.state is LinkState.UP


async def test_a_list_broken_off_in_the_middle_is_asked_for_again(tmp_path: Path) -> None:
    async def half_a_list(pbx: FakePbx, session: Session, action: AmiEvent) -> None:
        pbx.answers.clear()
        session.reply(action, EventList="start")
        session.write(frame(Event="CoreShowChannel", ActionID=action["ActionID"], Channel="1"))
        await session.writer.drain()
        session.writer.close()

    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.answers["CoreShowChannels"] = half_a_list
        await house.up()

        assert house.tracker.names().count("AlloLinkUp") == 2
        assert house.tracker.names().count("CoreShowChannelsComplete") == 1


async def test_an_event_that_the_tracker_cannot_bear_costs_nothing_else(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path, raises_on="Hold") as house:
        await house.up()
        await pbx.say(frame(Event="Hold", Channel="1") * 50 + begin(1))
        await house.until(lambda: bool(house.of(Told)))

        assert house.link.counters.events_failed == 50
        assert house.link.state is LinkState.UP


async def test_a_link_that_drops_is_told_and_comes_back_and_the_gap_is_told(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        pbx.hang_up()
        await house.until(lambda: house.link_changes() == [True, False, True])

        opened, closed = house.gaps
        assert (opened.reason, opened.to_at) == ("link_down", None)
        assert (closed.gap_id, closed.from_at) == (opened.gap_id, opened.from_at)
        assert closed.to_at is not None
        assert closed.to_at >= closed.from_at
        names = house.tracker.names()
        assert names.index("AlloLinkDown") < len(names) - 1 - names[::-1].index("AlloLinkUp")


async def test_a_silent_pbx_is_told_as_down_from_the_last_thing_it_said(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        pbx.is_silent = True
        await house.until(lambda: house.link_changes()[-1] is False)

        down = house.of(LinkChanged)[-1]
        assert "nothing came" in down.reason
        assert (down.at - house.gaps[0].from_at).total_seconds() >= 0.4


async def test_a_refused_login_is_told_to_people(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.denied = {"Login"}
        await house.until(lambda: bool(house.of(LinkChanged)))

        assert house.link.is_settled
        assert house.link.state is LinkState.REFUSED
        assert "refused the login" in house.of(LinkChanged)[0].reason
        assert house.gaps == []  # a link that never was has no gap


async def test_a_pbx_started_anew_is_another_boot_and_one_that_dropped_us_is_not(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        pbx.hang_up()
        await house.until(lambda: house.link_changes() == [True, False, True])
        await house.until(lambda: len(house.of(CallsReplaced)) == 2)
        pbx.uptime = 0
        await pbx.stop()
        await pbx.start()
        await house.until(lambda: len(house.of(CallsReplaced)) == 3)

        boots = [ami["Boot"] for ami in house.tracker.fed if ami["Event"] == "AlloBoot"]
        assert boots[0] == boots[1] != boots[2]


async def test_a_pbx_that_finishes_starting_after_the_login_is_asked_again(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        pbx.uptime = None
        await house.up()
        pbx.uptime = 3
        await pbx.say(pbx.fully_booted())
        await house.until(lambda: len(house.of(CallsReplaced)) == 2)

        assert house.tracker.names().count("AlloBoot") == 1


async def test_the_tracker_is_told_the_time_while_calls_live(tmp_path: Path) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        await pbx.say(begin(1))
        await house.until(lambda: "AlloTick" in house.tracker.names())

        assert house.tracker.times == sorted(house.tracker.times)


async def test_the_stream_is_followed_though_it_is_faster_than_the_tracker(
    tmp_path: Path,
) -> None:
    async with fake_pbx() as pbx, linked(pbx, tmp_path) as house:
        await house.up()
        for number in range(50):
            await pbx.say(b"".join(begin(100 * number + i) for i in range(100)))
        await house.until(lambda: len(house.of(Told)) == 5_000)

        assert [fact.channel for fact in house.of(Told)] == [
            f"PJSIP/101-{number}" for number in range(5_000)
        ]


async def test_a_start_plays_the_tape_in_silence_from_the_checkpoint_on(tmp_path: Path) -> None:
    async with fake_pbx() as pbx:
        async with linked(pbx, tmp_path) as house:
            await house.up()
            for count, said in enumerate((begin(1), begin(2), end(1)), start=1):
                await pbx.say(said)  # each a record of its own on the tape
                await house.until(partial(house.has_told, count))
        checkpoint = house.checkpoints[-1]
        assert checkpoint

        async with linked(pbx, tmp_path, checkpoint=checkpoint) as again:
            await again.up()
            channels = [ami["Channel"] for ami in again.tracker.fed if "Channel" in ami]

            assert channels == ["PJSIP/101-2", "PJSIP/101-1"]
            assert again.of(Told) == []
            assert again.tracker.names()[:2] == ["AlloSettings", "AlloBoot"]
            assert list(again.tracker.began) == ["PJSIP/101-2"]


async def test_the_time_in_which_nobody_listened_is_a_gap(tmp_path: Path) -> None:
    async with fake_pbx() as pbx:
        async with linked(pbx, tmp_path) as house:
            await house.up()
        assert [(gap.reason, gap.to_at) for gap in house.gaps] == [("server_down", None)]

        async with linked(pbx, tmp_path) as again:
            await again.up()

            assert {gap.gap_id for gap in again.gaps} == {house.gaps[0].gap_id}
            assert again.gaps[-1].to_at is not None


async def test_a_tape_that_is_gone_is_a_gap_since_the_checkpoint(tmp_path: Path) -> None:
    async with fake_pbx() as pbx:
        async with linked(pbx, tmp_path / "old") as house:
            await house.up()
        checkpoint = house.checkpoints[-1]
        assert checkpoint

        async with linked(pbx, tmp_path / "new", checkpoint=checkpoint) as again:
            await again.up()

            assert [(gap.reason, gap.from_at) for gap in again.gaps] == [
                ("tape_lost", checkpoint.at)
            ]


async def test_a_server_that_starts_before_its_pbx_waits_for_it(tmp_path: Path) -> None:
    async with fake_pbx() as pbx:
        await pbx.stop()
        timing = LinkTiming(first_retry=0.02, longest_retry=0.05)
        async with linked(pbx, tmp_path, timing=timing) as house:
            await house.until(lambda: house.link_changes() == [False])
            assert house.link.is_settled
            await pbx.start()
            await house.up()

            assert house.link_changes() == [False, True]


async def test_a_full_disk_stops_no_card_and_what_is_lost_is_told_as_a_gap(
    tmp_path: Path,
) -> None:
    limits = TapeLimits(reserve_bytes=0, journal_bytes=300)
    async with fake_pbx() as pbx, linked(pbx, tmp_path, limits=limits) as house:
        await house.up()
        disk = Disk(space=0)
        house.link._tape._write = disk.write
        await pbx.say(begin(1))
        await house.until(partial(house.has_told, 1))

        assert not house.link.is_tape_healthy
        for number in range(2, 12):
            await pbx.say(begin(number))
            await house.until(partial(house.has_told, number))
        assert {gap.reason for gap in house.gaps} == {"tape_lost"}
        assert all(gap.to_at for gap in house.gaps)
        assert house.link.counters.tape_lost_records > 0
        disk.space = 1 << 20
