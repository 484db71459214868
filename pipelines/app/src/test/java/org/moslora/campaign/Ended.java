package org.moslora.campaign;

import java.util.List;

/**
 * How a run ended.
 *
 * @param code the exit code; 128 and the signal's number if a signal ended it
 * @param hung whether it was still at work when its time was over
 * @param peakBytes the most memory that it held; 0 if nobody looked
 */
record Ended(int code, String out, String err, boolean hung, long peakBytes) {
    /** The lines that name a problem. */
    List<String> errors() {
        return err.lines().filter(line -> line.startsWith("error: ")).toList();
    }

    /** What to write down of it. */
    String described() {
        String told = err.isBlank() ? out : err;
        String end =
                told.length() > 1500 ? told.substring(0, 900) + " […] " + told.substring(told.length() - 500) : told;
        return (hung ? "hung" : "exit " + code) + ": " + end.strip();
    }
}
