#!/bin/sh
# Stands in for a tofu whose provider calls something far away, past any gate, and which does not end when asked.
if [ "$1" = version ]; then echo '{"terraform_version": "0.0.0-goes-on"}'; exit 0; fi
if [ "$1" = init ]; then mkdir -p .terraform; exit 0; fi
trap 'echo "asked to end"' TERM
sleep 1000 &
echo "going on"
while :; do wait; done
