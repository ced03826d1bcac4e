# Sentinel alone: no shell, no package manager, no root. docker build -t sentinel .
FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /build
COPY deno.json deno.lock ./
RUN deno ci
COPY deploy/serve.jsonc deploy/serve.lock deploy/
COPY sql sql
COPY src src
RUN deno task compile && dist/sentinel version && mkdir data

FROM gcr.io/distroless/cc-debian13:nonroot
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sentinel" \
      org.opencontainers.image.description="Authentication and role-based access control server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="gcr.io/distroless/cc-debian13:nonroot"
COPY --from=build /build/dist/sentinel /usr/local/bin/sentinel
COPY --from=build /build/dist/argon2.node /usr/local/lib/sentinel/argon2.node
COPY --from=build --chown=65532:65532 /build/data /data
USER 65532:65532
WORKDIR /
ENV HOST=0.0.0.0 SENTINEL_DATA_DIR=/data SENTINEL_LOG_FORMAT=json
# Memory of a hash is returned to the system, and allocated in huge pages: see deploy/README.md, "Memory".
ENV GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["/usr/local/bin/sentinel", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/sentinel"]
CMD ["serve"]
