# Runs perf and a server that a signal asks to stop: PERF ARGUMENTS...
#
# perf would take the signal for its own; it is sent on to what perf has started.
trap 'kill -TERM $(cat "/proc/$perf/task/$perf/children")' TERM
# A command in the background has no standard input but what it is given as another descriptor.
exec 3<&0
"$@" <&3 &
perf=$!
# The first wait ends with the signal.
wait "$perf" || wait "$perf"
