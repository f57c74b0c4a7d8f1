"""What the server measures of itself, in Prometheus' words."""

from collections.abc import Iterator, Sequence

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from crm_core.kernel.figures import Figure, Figures, Spread
from web.connection_limit import ConnectionLimit
from web.push.hub import PushHub
from web.readiness import Readiness

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WebMetrics:
    """One registry a server, so that two in one process do not count each other's requests."""

    def __init__(
        self,
        hub: PushHub,
        readiness: Readiness,
        connections: ConnectionLimit,
        measured: Sequence[Figures] = (),
    ) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Push(hub))
        self.registry.register(_Links(readiness))
        self.registry.register(_Refused(hub, connections))
        self.registry.register(_Measured(measured))
        self.requests = Counter(
            "allo_http_requests",
            "Answers by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "allo_http_seconds",
            "From a request's head to its answer.",
            ["route"],
            buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
            registry=self.registry,
        )

    def render(self) -> bytes:
        """All figures as text."""
        return generate_latest(self.registry)

    @web.middleware
    async def measure(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count the answer and how long it took, by the route's pattern."""
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "none"
        with self.seconds.labels(route).time():
            response = await handler(request)
        method = request.method if request.method in _METHODS else "other"
        self.requests.labels(method, route, str(response.status)).inc()
        return response


class _Measured(Collector):
    """What other parts of the house count of themselves."""

    def __init__(self, measured: Sequence[Figures]) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        for figures in self._measured:
            for figure in figures():
                yield _family(figure)


def _family(figure: Figure) -> Metric:
    value = figure.value
    if isinstance(value, Spread):
        within = [
            (str(limit), count) for limit, count in zip(value.limits, value.counts, strict=True)
        ]
        return HistogramMetricFamily(
            figure.name,
            figure.text,
            buckets=[*within, ("+Inf", value.total)],
            sum_value=value.seconds,
        )
    family = GaugeMetricFamily if figure.is_level else CounterMetricFamily
    return family(figure.name, figure.text, value=value)


class _Push(Collector):
    """The hub's own counts, read when somebody asks."""

    def __init__(self, hub: PushHub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[Metric]:
        figures = self._hub.figures
        yield GaugeMetricFamily("allo_push_tabs", "Open tabs.", value=self._hub.count_tabs())
        yield CounterMetricFamily("allo_push_frames", "Frames told to tabs.", value=figures.frames)
        yield CounterMetricFamily(
            "allo_push_tabs_cut_off", "Tabs that read too slowly.", value=figures.tabs_cut_off
        )
        yield CounterMetricFamily(
            "allo_push_rubbish", "Messages of tabs that nobody understood.", value=figures.rubbish
        )


class _Links(Collector):
    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("allo_pbx_link_up", "1 while the link is up.", labels=["pbx"])
        for link in self._readiness.links():
            up.add_metric([link.pbx], float(link.state == "up"))
        yield up


class _Refused(Collector):
    def __init__(self, hub: PushHub, connections: ConnectionLimit) -> None:
        self._hub = hub
        self._connections = connections

    def collect(self) -> Iterator[Metric]:
        refused = CounterMetricFamily(
            "allo_connections_refused",
            "Connections of addresses that hold too many.",
            labels=["port"],
        )
        refused.add_metric(["web"], self._connections.refused)
        refused.add_metric(["push"], self._hub.figures.connections_refused)
        yield refused
