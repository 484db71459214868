package org.moslora.studio.work;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.tensors.DurableFiles;

/** Looks at a recipe as {@code check} does, in a process of its own: a comparison is as many recipes as it has variants. */
public final class RecipeCheck {
    private static final Pattern LINE = Pattern.compile("error: (?:\\S*draft\\.yaml(?::(\\d+))?: )?(.*)");

    private final Path home;
    private final StudioProgram program;

    /** Checks by a program, the recipe in a hidden folder beside some runs. */
    public RecipeCheck(Path runs, StudioProgram program) {
        this.home = runs.resolve(Trainings.HOME);
        this.program = program;
    }

    /** What is wrong with a recipe whose paths are absolute, line by line; empty if nothing is. */
    public synchronized List<String> problems(String recipe) {
        Path file = home.resolve("draft.yaml");
        DurableFiles.writeString(file, recipe);
        List<String> words = List.of("check", file.toString(), "--quiet");
        return ChildCall.run(program.command(words), home.resolve("draft.log"), part -> {}, process -> {}).stream()
                .map(RecipeCheck::line)
                .toList();
    }

    private static String line(String said) {
        Matcher line = LINE.matcher(said);
        if (!line.matches()) {
            return said;
        }
        return line.group(1) == null ? line.group(2) : "line " + line.group(1) + ": " + line.group(2);
    }
}
