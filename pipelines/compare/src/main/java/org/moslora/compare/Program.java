package org.moslora.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.moslora.pictures.judge.Judge;

/** The program's own command line, as a comparison uses it. */
public interface Program {
    /**
     * What came of a command.
     *
     * @param code its exit code
     * @param out what it printed on stdout
     */
    record Outcome(int code, String out) {}

    /**
     * Looks at a recipe with some keys changed, as {@code check} does.
     *
     * @throws org.moslora.problems.InvalidInput with everything that is wrong
     */
    void check(Path recipe, List<String> overrides);

    /**
     * Runs a command line in a process of its own, so that its peak memory is its own.
     *
     * @param log gets what it says on stderr, after what is there
     */
    Outcome run(List<String> words, Path log);

    /**
     * Does trials that do not depend on each other, at once where the program can: whatever they run, they may run at the
     * same time.
     *
     * @throws RuntimeException what the first of them threw that failed, after all have ended
     */
    default void together(List<Runnable> trials) {
        // One after the other they are done by who asks for their results.
    }

    /**
     * Asks a judge of pictures, which is there while the question is answered.
     *
     * @param clip the folder of a CLIP
     * @return what the question returns
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with the folder
     */
    <T> T judged(Path clip, Function<Judge, T> question);
}
