# The grader in a container, for instructors on macOS and Windows. How to build and run it, and what the options of
# `docker run` give away, stands in book/instructors.md, "macOS and Windows".
#
#     docker build -f .ci/grader.Dockerfile -t course-grader .
#
# The image holds the grader and its libraries. The course directory is mounted when it is run.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /course
COPY pyproject.toml requirements.txt README.md LICENSE ./
COPY autograder autograder
COPY lessons/lessonkit lessons/lessonkit
COPY _config.yml ./
# The lock says which versions; of what it lists only what grading needs is installed. Everything is byte-compiled now:
# the sandbox cannot write byte code, and TensorFlow without it takes seconds longer to start.
RUN pip install --no-cache-dir -c requirements.txt -e ".[grade,models]" \
    && python -m compileall -q /usr/local/lib/python3.12 \
    && chmod -R o+rX /usr/local/lib/python3.12

# Students' code gets a user number of its own, which only root can give; see autograder/run/inside/confine.py.
USER root
ENV COURSE_ROOT=/course TF_CPP_MIN_LOG_LEVEL=3
ENTRYPOINT ["autograder"]
CMD ["doctor"]
