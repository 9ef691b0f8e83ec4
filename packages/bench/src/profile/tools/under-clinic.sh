# Runs a tool of Clinic.js and what it watches: FOLDER COMMAND...
#
# Tools put their temporary files where they are started, and write to stdout as well: of that, what programs of the lab write is kept,
# a line that says where they listen and lines of JSON.
cd "$1" && shift && "$@" | grep --line-buffered -e '^listening ' -e '^{'
