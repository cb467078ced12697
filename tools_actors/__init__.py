"""The tools on a cluster: Serve deployments, plain actors, and the caller that survives the loss of either."""

from tools_actors.actor import start_actors
from tools_actors.caller import ClusterTools
from tools_actors.deployment import bind_tools

__all__ = ["ClusterTools", "bind_tools", "start_actors"]
