package org.moslora.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.moslora.pictures.judge.Judge;
import org.moslora.problems.InvalidInput;

/** The program at work on trials: what it says goes to a trial's log, and it must not fail. */
record TrialProgram(ComparisonTask task, Program program) {
    /**
     * Runs a command.
     *
     * @return what it printed
     * @throws InvalidInput if the program refuses it
     * @throws TrialFailed if it fails otherwise
     */
    String run(List<String> words, Trial trial) {
        Path log = task.beside(trial, ".log");
        Program.Outcome outcome = program.run(words, log);
        if (outcome.code() == 0) {
            return outcome.out();
        }
        String what = trial.id() + " ended with exit code " + outcome.code() + "; its words are in " + log
                + ". The same command of the comparison goes on from here";
        if (outcome.code() == 2) {
            throw new InvalidInput("trial", what);
        }
        throw new TrialFailed(what);
    }

    /** Does trials at once, where the program can. */
    void together(List<Runnable> trials) {
        program.together(trials);
    }

    /** Asks a CLIP folder about pictures. */
    <T> T judged(Path clip, Function<Judge, T> question) {
        return program.judged(clip, question);
    }
}
