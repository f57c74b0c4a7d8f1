"""What attackers put into a caller's name, to have it run on an agent's screen.

Each payload sets `window.__pwned` or opens a dialog if anything of it is executed. Kept short: a
caller's name of more than 80 bytes is cut on its way.
"""

from itertools import islice, product

TAGS = [
    "<script>__pwned=1</script>",
    "<ScRiPt>__pwned=1</sCrIpT>",
    "<script src=//127.0.0.1:9/x.js></script>",
    "<img src=x onerror=__pwned=1>",
    "<img src=x onerror=alert(1)//",
    "<svg onload=__pwned=1>",
    "<svg><script>__pwned=1</script></svg>",
    "<svg><animate onbegin=__pwned=1 attributeName=x dur=1s>",
    "<iframe src=javascript:parent.__pwned=1>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'>",
    "<body onload=__pwned=1>",
    "<details open ontoggle=__pwned=1>x",
    "<input autofocus onfocus=__pwned=1>",
    "<video><source onerror=__pwned=1>",
    "<object data=javascript:__pwned=1>",
    "<embed src=javascript:__pwned=1>",
    "<a href=javascript:__pwned=1>click</a>",
    "<form action=javascript:__pwned=1><button>x",
    "<math><mi xlink:href=javascript:__pwned=1>x",
    "<base href=//127.0.0.1:9/>",
    "<meta http-equiv=refresh content='0;javascript:__pwned=1'>",
    "<link rel=stylesheet href=//127.0.0.1:9/x.css>",
    "<style>@import '//127.0.0.1:9/x.css'</style>",
    "<template><script>__pwned=1</script></template>",
    "javascript:__pwned=1",
    "data:text/html,<script>parent.__pwned=1</script>",
    "{{constructor.constructor('__pwned=1')()}}",
    "${__pwned=1}",
    "#{__pwned=1}",
    "<%= __pwned=1 %>",
    "</title><script>__pwned=1</script>",
    "</textarea><script>__pwned=1</script>",
    "<!--<img src=x onerror=__pwned=1>-->",
    "<![CDATA[<script>__pwned=1</script>]]>",
    "&lt;script&gt;__pwned=1&lt;/script&gt;",
    "&#60;script&#62;__pwned=1",
    "%3Cscript%3E__pwned=1%3C/script%3E",
    r"\u003cscript\u003e__pwned=1",
    r"\x3cscript\x3e__pwned=1",
    "<xss id=x tabindex=1 onfocus=__pwned=1>#x",
    "__proto__",
    "constructor",
]
PREFIXES = ["", '"', "'", '">', "'>", "`", "-->", "</a>", "=", "+", "\\", " "]


def payloads(count: int) -> list[str]:
    """The first `count`: every tag bare, then each broken out of ever other surroundings."""
    return [prefix + tag for prefix, tag in islice(product(PREFIXES, TAGS), count)]
