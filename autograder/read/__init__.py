"""Reads what was handed in: a hostile `.ipynb`, as data. Runs nothing and believes no metadata.

notebook    a file as cells: bytes, JSON, caps
template    the released notebook and its cells: what they are worth, what is locked
submission  the cells of a submission, laid out as the template has them
order       which submitted cell is which, and the order in which they run
ipython     what IPython makes of a cell
typed       what a student typed as an answer to a quiz question
beside      answers that stand elsewhere than in their cell
times       when something was handed in
effects     how far down a notebook an exercise may be asked
syntax      Python read and never run: trees, names, literals
"""
