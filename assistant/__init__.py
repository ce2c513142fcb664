"""Who talks: understanding, answering, conversations, and the channels people use."""
