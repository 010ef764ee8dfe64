"""Programs that open files from outside, each in a process of its own with limits on memory, time and disk.

They import nothing of ours but each other, so that a box starts quickly and knows no secret; `box.run` starts one.
"""
