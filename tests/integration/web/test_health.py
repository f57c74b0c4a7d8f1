"""Alive, ready, measured."""

from crm_core.kernel.clock import utc_now
from tests.integration.web.office import Office
from tests.integration.web.random_calls import a_call, ring
from web.readiness import DiskHealth, LinkHealth


async def test_a_server_that_answers_is_alive(office: Office) -> None:
    async with office.program() as program:
        assert await program.get("/healthz") == {"status": "alive"}


async def test_it_is_not_ready_before_every_link_was_tried(office: Office) -> None:
    office.links.append(LinkHealth(pbx="main", state="connecting", has_tried=False))
    async with office.program() as program:
        waiting, answer = await program.ask("GET", "/readyz")
        office.links[0] = LinkHealth(pbx="main", state="refused", has_tried=True, reason="login")
        tried, after = await program.ask("GET", "/readyz")

    assert (waiting, answer["status"]) == (503, "not_ready")
    assert (tried, after["status"]) == (200, "ready")
    assert after["links"] == [
        {"pbx": "main", "state": "refused", "has_tried": True, "reason": "login"}
    ]


async def test_it_is_not_ready_while_it_does_not_know_its_links(office: Office) -> None:
    office.has_begun = False
    async with office.program() as program:
        status, answer = await program.ask("GET", "/readyz")

    assert (status, answer["status"], answer["links"]) == (503, "not_ready", [])


async def test_a_link_that_is_begun_while_the_database_is_asked_is_waited_for(
    office: Office,
) -> None:
    office.has_begun = False

    def begin() -> None:
        office.has_begun = True
        office.links.append(LinkHealth(pbx="main", state="connecting", has_tried=False))

    office.meanwhile = begin
    async with office.program() as program:
        status, answer = await program.ask("GET", "/readyz")

    assert (status, answer["status"]) == (503, "not_ready")


async def test_it_is_not_ready_without_its_database(office: Office) -> None:
    office.is_database_away = True
    async with office.program() as program:
        status, answer = await program.ask("GET", "/readyz")

    assert (status, answer["database"], answer["bus"]) == (503, False, True)


async def test_it_is_not_ready_on_a_full_disk_and_says_why(office: Office) -> None:
    office.disks.append(DiskHealth(name="data", is_writable=False, reason="the disk is full"))
    async with office.program() as program:
        status, answer = await program.ask("GET", "/readyz")

    assert (status, answer["status"], answer["database"]) == (503, "not_ready", True)
    assert answer["disks"] == [{"name": "data", "is_writable": False, "reason": "the disk is full"}]


async def test_figures_are_for_this_machine_and_for_tokens(office: Office) -> None:
    token = await office.make_token(await office.hire("anna"))
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with office.program() as local, office.program(token) as remote:
        status, figures = await local.ask("GET", "/metrics")
        behind_a_proxy, _ = await local.ask("GET", "/metrics", headers=forwarded)
        with_a_token, _ = await remote.ask("GET", "/metrics", headers=forwarded)

    assert (status, behind_a_proxy, with_a_token) == (200, 401, 200)
    assert "allo_push_tabs 0.0" in figures["text"]


async def test_figures_tell_what_became_of_every_card(office: Office) -> None:
    anna = await office.hire("anna", extension="101")
    call = ring(a_call(1, number="79160000001", queue=None), "101")
    await office.tell(call, extension="101")
    office.screen_pop.painted(anna, call.call_id, utc_now())
    async with office.program() as program:
        _, figures = await program.ask("GET", "/metrics")

    lines = figures["text"].splitlines()
    assert "allo_cards_pushed_total 1.0" in lines
    assert "allo_cards_painted_total 1.0" in lines
    assert "allo_cards_never_painted_total 0.0" in lines
    assert 'allo_card_ring_to_painted_seconds_bucket{le="+Inf"} 1.0' in lines


async def test_made_up_methods_do_not_fill_the_figures(office: Office) -> None:
    async with office.program() as program:
        for number in range(20):
            await program.ask(f"M{number}", "/api/session")
        _, figures = await program.ask("GET", "/metrics")

    assert "M19" not in figures["text"]
