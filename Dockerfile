# One image for every node, and for the commands. Python as the tests have it.
FROM python:3.11-slim

WORKDIR /opt/tanggap
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

# A volume that is mounted here for the first time takes its owner from this folder.
RUN useradd --system --uid 10001 --home-dir /var/lib/tanggap tanggap \
    && install -d -o tanggap /var/lib/tanggap /var/lib/tanggap/media
USER tanggap
WORKDIR /var/lib/tanggap
ENV MEDIA_DIR=/var/lib/tanggap/media
EXPOSE 8000
CMD ["tanggap", "serve"]
