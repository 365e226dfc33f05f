# One static binary in an otherwise empty image, which runs as nobody in particular.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/iacscan ./cmd/iacscan

FROM scratch
COPY --from=build /out/iacscan /usr/local/bin/iacscan
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/usr/local/bin/iacscan"]
CMD ["scan"]
