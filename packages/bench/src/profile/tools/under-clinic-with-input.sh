# As under-clinic.sh, for a tool that gives the program no standard input: FOLDER FIFO COMMAND...
#
# The end of its input is what asks a server of the lab to stop. It comes by way of the named pipe, which the program opens (programs/input-from-fifo.ts).
cd "$1" && fifo=$2 && shift 2 || exit 1
# A command in the background has no standard input but what it is given as another descriptor.
exec 3<&0
cat <&3 >"$fifo" &
cat=$!
"$@" | grep --line-buffered -e '^listening ' -e '^{'
status=$?
kill "$cat" 2>/dev/null
exit "$status"
