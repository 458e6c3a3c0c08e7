"""Reads what was handed in: a hostile `.ipynb`, as data. Runs nothing and believes no metadata.

notebook  the cells of a submission, found by the released notebook's ids; answers as literals
syntax    the only place that parses Python text
"""
