#!/bin/sh
# Makes an authority for the inside of the cluster and one certificate for each host named.
#     certificates.sh FOLDER db1 db2 db3 ...
# Copy FOLDER/HOST/ to /etc/fortress/tls of each host, then move ca.key to where no network reaches.
set -eu
umask 077
folder=$1
shift
mkdir -p "$folder"
if [ ! -e "$folder/ca.key" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -sha256 \
        -subj "/CN=Fortress cluster" -keyout "$folder/ca.key" -out "$folder/ca.pem"
fi
for host in "$@"; do
    mkdir -p "$folder/$host"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj "/CN=$host" \
        -keyout "$folder/$host/key.pem" -out "$folder/$host/request.pem"
    printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' \
        "$host" >"$folder/$host/extensions"
    openssl x509 -req -in "$folder/$host/request.pem" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" \
        -CAcreateserial -days 397 -sha256 -extfile "$folder/$host/extensions" \
        -out "$folder/$host/cert.pem"
    cp "$folder/ca.pem" "$folder/$host/ca.pem"
    rm "$folder/$host/request.pem" "$folder/$host/extensions"
    # HAProxy wants both in one file.
    cat "$folder/$host/cert.pem" "$folder/$host/key.pem" >"$folder/$host/both.pem"
done
