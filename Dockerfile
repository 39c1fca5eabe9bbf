# One image for all nodes and for the commands, with the Python version of the tests.
FROM python:3.11-slim

WORKDIR /opt/tanggap
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

# A new volume mounted here takes its owner from this folder.
RUN useradd --system --uid 10001 --home-dir /var/lib/tanggap tanggap \
    && install -d -o tanggap /var/lib/tanggap /var/lib/tanggap/media
USER tanggap
WORKDIR /var/lib/tanggap
ENV MEDIA_DIR=/var/lib/tanggap/media
EXPOSE 8000
CMD ["tanggap", "serve"]
