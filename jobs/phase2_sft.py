"""Phase 2: supervised fine-tuning on reasoning, tool calls and PRIME transcripts.

python -m jobs.phase2_sft --config FILE [section.field=value ...]
"""

from jobs.phase import run_phase_job

if __name__ == "__main__":
    run_phase_job(__doc__)
