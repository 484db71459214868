package org.moslora.console.progress;

/** What the program answers to the shell. */
public enum ExitCode {
    /** The work is done. */
    DONE(0),
    /** The work failed. */
    FAILED(1),
    /** The user's input is wrong. */
    WRONG_INPUT(2);

    /** What the number of a signal is added to, as shells do. */
    static final int SIGNALLED = 128;

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number for {@link System#exit}. */
    public int number() {
        return number;
    }
}
