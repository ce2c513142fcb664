"""The index: passages of entries, runbooks and documents, searched lexically and by meaning."""

import os

# The products here are small: a second thread of the matrix library spins longer than it helps and doubled the
# processor time of an answer. It has to be said before numpy is imported for the first time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
