"""The application as Serve runs it: `serve run serve_app:build checkpoint=DIR`, or a YAML file of `serve_app/configs`."""

from ray import serve
from ray.serve import Application
from ray.serve.config import AutoscalingConfig, AutoscalingPolicy

from havoc.config import ServingConfig
from serve_app.ingress import Ingress
from serve_app.model_replica import ModelReplica
from tools_actors import bind_tools

OVERHEAD = 64
"""Requests beside answers that the ingress has open at the same time: health, files, direct calls, and refusals."""


def build(args: ServingConfig) -> Application:
    """Ingress, model and tools, joined.

    Args:
        args: settings; from YAML or the command line, fields that are unknown or wrong are refused.
    """
    tools = bind_tools(args.tools) if args.tools_on == "deployments" else {}
    scaling = args.scaling
    model = serve.deployment(ModelReplica).options(
        name="Model",
        ray_actor_options={"num_cpus": args.num_cpus, "num_gpus": args.num_gpus},
        max_ongoing_requests=args.max_ongoing_requests,
        health_check_period_s=5,
        health_check_timeout_s=30,
        graceful_shutdown_timeout_s=args.limits.deadline_s,
        autoscaling_config=AutoscalingConfig(
            min_replicas=scaling.min_replicas,
            max_replicas=scaling.max_replicas,
            policy=AutoscalingPolicy(
                policy_function="serve_app.autoscaling:WaitingTokens",
                policy_kwargs={
                    "target_waiting_tokens": scaling.target_waiting_tokens,
                    "max_ongoing_requests": args.max_ongoing_requests,
                },
            ),
        ),
    )
    at_work = args.max_ongoing_requests * scaling.max_replicas
    ingress = serve.deployment(Ingress).options(
        name="Ingress",
        ray_actor_options={"num_cpus": 0.1},
        max_ongoing_requests=at_work + args.limits.max_queued + OVERHEAD,
        max_queued_requests=2 * OVERHEAD,
        health_check_period_s=5,
        health_check_timeout_s=30,
    )
    return ingress.bind(args, model.bind(args, tools), tools)
