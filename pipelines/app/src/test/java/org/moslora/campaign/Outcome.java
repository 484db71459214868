package org.moslora.campaign;

import java.util.Set;
import java.util.regex.Pattern;

/** What came of one attempt. */
enum Outcome {
    DONE("done", false),
    REFUSED("refused (2)", false),
    FAILED("failed (1), one line", false),
    RESUMED("killed, ended in the same bytes", false),
    STOOD("killed when its result stood", false),
    ROOM_MADE("no room, then the same bytes", false),
    ONE_REFUSED("one refused, bytes of one", false),
    BOTH_DONE("both done, bytes of one", false),
    FLAT("memory flat", false),
    SKIPPED("skipped", false),
    ABORTED("abort", true),
    TRACE("stack trace", true),
    HUNG("hang", true),
    HALF_WRITTEN("half written", true),
    LEFT_OVER("left over", true),
    OTHER_BYTES("other result", true),
    STUCK("did not go on", true),
    WRONG_CODE("wrong exit code", true),
    NO_JSON("no JSON printed", true),
    CONTROL("control characters told", true),
    FLOOD("flood of lines", true),
    MEMORY("memory", true),
    INPUT_CHANGED("input changed", true);

    private static final int MOST_TOLD = 40_000;
    private static final Set<Integer> ENDS = Set.of(0, 1, 2);
    private static final Pattern UNFORESEEN = Pattern.compile("(?m)^error: ((NullPointer|ClassCast|\\w*IndexOutOfBounds"
            + "|NegativeArraySize|Arithmetic|NumberFormat|IllegalState|IllegalArgument|UnsupportedOperation|NoSuchElement"
            + "|ConcurrentModification|BufferUnderflow|BufferOverflow|ArrayStore|Assertion|Runtime)(Exception|Error)"
            + "|StackOverflowError|OutOfMemoryError|InternalError|NoClassDefFoundError)\\b.*");

    private final String words;
    private final boolean fault;

    Outcome(String words, boolean fault) {
        this.words = words;
        this.fault = fault;
    }

    String words() {
        return words;
    }

    boolean isFault() {
        return fault;
    }

    /** What a run says of itself, whatever it was asked to do. */
    static Outcome of(Ended ended) {
        if (ended.hung()) {
            return HUNG;
        }
        String told = ended.out() + ended.err();
        if (ended.err().contains("\n\tat ") || ended.err().contains("Exception in thread")) {
            return TRACE;
        }
        if (!ENDS.contains(ended.code())) {
            return ABORTED;
        }
        if (told.length() > MOST_TOLD) {
            return FLOOD;
        }
        // An answer on stdout is the model's own.
        if (ended.err()
                .chars()
                .anyMatch(c -> c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f && c < 0xa0)) {
            return CONTROL;
        }
        long errors = ended.errors().size();
        if (ended.code() != 0 && errors == 0 || UNFORESEEN.matcher(ended.err()).find()) {
            return WRONG_CODE;
        }
        return ended.code() == 0 ? DONE : ended.code() == 2 ? REFUSED : FAILED;
    }
}
