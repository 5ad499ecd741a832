# Picks the failed tests out of the output of 'dotnet test --no-ansi --no-progress': each one's name, the first lines of its
# message and where it stands; and, for a test process that ended without a failed test, what it said at its end.

BEGIN { most_tests = 25; most_lines = 15; most_frames = 3 }

# A test: its name, its message, "  from ASSEMBLY", then the message once more, the stack and what the test wrote.
/^failed .+ \([0-9][0-9a-z .]*\)$/ {
    part = ++tests <= most_tests ? "message" : ""
    lines = frames = 0
    print "- " substr($0, 8)
    next
}
part == "message" && /^  from .*\.(dll|exe) / { part = "stack"; next }
part == "message" && lines++ < most_lines { sub(/^  /, ""); print "    " $0; next }
part == "stack" && /^ +at .* in .*:[0-9]+$/ && frames++ < most_frames { print; next }

# A test process: "with N error(s)" where it had failed tests, which have been shown by then.
/^[^ ].*\.(dll|exe) \([^)]*\) failed/ {
    part = / with [0-9]+ error/ ? "" : "process"
    lines = 0
    if (part) { print "- " $0 }
    next
}
part == "process" && (/^$/ || /^Running tests from /) { part = "" }
part == "process" && lines++ < most_lines { print "    " $0 }
