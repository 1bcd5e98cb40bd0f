import os

(os
    # the weather
    .system)("id")
