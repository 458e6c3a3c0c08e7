"""Runs students' code behind walls and lets it answer questions.

`pool` keeps one warm process that has imported NumPy (and Keras where a unit needs it) and has
never run a student's code. Each submission gets a fork of it, alone in fresh namespaces, with
limits, on a read-only file system that holds an interpreter and its libraries and nothing else.
Nothing here knows an expected value, a key or a grade.

    opening        the one way to a pool: its walls are attacked before it is given away
    doctor         attacks the walls to show that they hold; attacks.py is what it sends inside
    pool           sessions, and the processes that wait for them
    session        one submission: its cells, questions about it, deadlines, restarts
    process        the warm process and its forks, seen from the trusted side
    walls          the outer wall: what bubblewrap shows the warm process, and what to install
    replies        what a student's process sent back, read as hostile
    watchdog       how much memory a submission uses, seen from outside
    limits         what one submission may use
    jailed_kernel  an IPython kernel behind the same walls, for notebooks with free `assert` cells
    wasm           a pool without Linux: WebAssembly instances, for what needs only NumPy
    wasm_engine    such an instance: the program, its memory, its door, its deadlines
    wasm_module    the program's bytes, changed before it is compiled
    wasm_doctor    attacks that wall
    local          the same questions answered in this process, for the author's own code
    inside/        the only files that are copied into the sandbox
"""
