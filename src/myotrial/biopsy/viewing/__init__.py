"""Show whole slides to readers under codes: pixels, layers, a desk, and a page served locally.

`pyramid` and `layers` draw; `desk` is what one reader can ask for; `routes` turns requests into
calls on a desk, for any server; `server` is the small one of this machine's loopback.
"""

from myotrial.biopsy.viewing.desk import Desk, Shown
from myotrial.biopsy.viewing.routes import Answer, respond
from myotrial.biopsy.viewing.server import Served, serve

__all__ = ["Answer", "Desk", "Served", "Shown", "respond", "serve"]
