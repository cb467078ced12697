"""Every setting of HAVOC as a typed model, the shipped presets, and the loader that turns YAML into them."""

from havoc.config.base import ConfigError, Settings
from havoc.config.engine import EngineConfig
from havoc.config.loading import dump_config, load_config, load_preset, preset_names, validate
from havoc.config.model import AttentionConfig, Havoc7BConfig, HavocConfig, MLPConfig
from havoc.config.prime import Budget, BudgetPolicy, PrimeConfig
from havoc.config.recipe import (
    CheckpointConfig,
    DataConfig,
    HardwareConfig,
    LoraConfig,
    PhaseConfig,
    ScalingConfig,
    SourceConfig,
    TrainingConfig,
)
from havoc.config.serving import LimitsConfig, ScalingPolicyConfig, ServingConfig
from havoc.config.tokenizer import CorpusConfig, TokenizerConfig
from havoc.config.tools import ToolsConfig

__all__ = [
    "AttentionConfig",
    "Budget",
    "BudgetPolicy",
    "CheckpointConfig",
    "ConfigError",
    "CorpusConfig",
    "DataConfig",
    "EngineConfig",
    "HardwareConfig",
    "Havoc7BConfig",
    "HavocConfig",
    "LimitsConfig",
    "LoraConfig",
    "MLPConfig",
    "PhaseConfig",
    "PrimeConfig",
    "ScalingConfig",
    "ScalingPolicyConfig",
    "ServingConfig",
    "Settings",
    "SourceConfig",
    "TokenizerConfig",
    "ToolsConfig",
    "TrainingConfig",
    "dump_config",
    "load_config",
    "load_preset",
    "preset_names",
    "validate",
]
