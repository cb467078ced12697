"""Phase 3: polish on conversations.

python -m jobs.phase3_polish --config FILE [section.field=value ...]
"""

from jobs.phase import run_phase_job

if __name__ == "__main__":
    run_phase_job(__doc__)
