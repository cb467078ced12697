"""Phase 1: pretrain new weights on a mixture of text.

python -m jobs.phase1_pretrain --config FILE [section.field=value ...]
"""

from jobs.phase import run_phase_job

if __name__ == "__main__":
    run_phase_job(__doc__)
