// Holds the place of sources that are still to come.
