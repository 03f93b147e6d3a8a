"""``comitia election``: the offline tools of registrar, trustees, server and voters.

Each party runs its own commands on its own machine; what passes between them are files. Secrets are
in private files that are never overwritten and never printed, and are handled in processes that end
with the step. Nothing is imported here: those processes would load every command to run one step.
"""
