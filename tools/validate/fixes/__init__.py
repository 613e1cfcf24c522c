"""One file for each rule that can be fixed, under the rule's name; `fix` makes the edits for one finding of it.

A fix is given the finding and looks up the node at its place: nothing is detected twice. It returns edits of the text,
which belong together, or raises Held with the reason for which it leaves the code as it is.
"""
