"""What is copied into the sandbox, and all of this package that a student's process can read.

Nothing here imports from outside this folder, and nothing here knows an answer.

    zygote      the warm process: forks itself on demand
    confine     what each fork does to itself before any student's code runs
    syscalls    the filter of system calls
    worker      the loop in the fork: execute cells, answer requests
    notebook    the namespace of a submission, and its cells executed in it
    reactor     the same answers from a WebAssembly instance, called once for each question
    aside       a copy of the fork that answers for one exercise, while the fork waits
    cells       a cell, executed as a notebook's kernel does
    shell       what `get_ipython()` gives in there
    absent      stand-ins for modules that are not installed
    randomness  random states, taken and put back
    operations  the questions that can be asked: call a function, describe a model
    behaviour   what a Keras model does, measured
    protocol    frames on the pipe
    values      plain data as JSON and arrays: no pickle, capped
"""
