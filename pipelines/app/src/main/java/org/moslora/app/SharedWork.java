package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.hub.HubCache;
import org.moslora.generation.batch.BatchSession;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.tuning.Evaluation;
import org.moslora.tuning.LoadedModel;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command that was given on one machine, as another sees it that does a part of the work: the same words say the same
 * model, data and settings there, once their paths mean the same everywhere.
 */
public final class SharedWork {
    private static final List<String> ADAPTERS = List.of("--adapter");

    private SharedWork() {}

    /**
     * A training.
     *
     * @param pipeline that a recipe names
     * @param request what is asked of it
     */
    public record Training(Pipeline pipeline, RunRequest request) {}

    /**
     * An evaluation that is open.
     *
     * @param model is to be closed
     * @param session scores passes
     */
    public record Scoring(LoadedModel model, Evaluation.Session session) implements AutoCloseable {
        @Override
        public void close() {
            model.close();
        }
    }

    /** What {@code train} with these words is to do. */
    public static Training training(List<String> words, Path workingFolder) {
        return verb(words, TrainVerb.class).shared(workingFolder);
    }

    /** Opens the model for {@code generate} with these words. */
    public static BatchSession painting(List<String> words) {
        return verb(words, GenerateVerb.class).shared();
    }

    /** Opens model and data for {@code evaluate} with these words. */
    public static Scoring scoring(List<String> words) {
        return verb(words, EvaluateVerb.class).shared();
    }

    private static <T> T verb(List<String> words, Class<T> type) {
        CommandLine.ParseResult parsed =
                MosloraCli.line(new MosloraCli(Crew.OWN)).parseArgs(words.toArray(new String[0]));
        return type.cast(parsed.subcommand().commandSpec().userObject());
    }

    /**
     * The words with every path made absolute.
     *
     * @throws InvalidInput as the program says it where they are no command
     */
    public static List<String> absolute(List<String> words, Path workingFolder) {
        CommandLine line = MosloraCli.line(new MosloraCli(Crew.OWN));
        CommandLine verb = line.getSubcommands().get(words.get(0));
        if (verb == null) {
            return words;
        }
        List<String> absolute = new ArrayList<>(List.of(words.get(0)));
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
            OptionSpec option = verb.getCommandSpec().findOption(name);
            if (option == null) {
                absolute.add(recipe(word, workingFolder));
            } else if (name.length() < word.length()) {
                absolute.add(name + "=" + resolved(option, word.substring(equals + 1), workingFolder));
            } else {
                absolute.add(word);
                if (option.arity().max() > 0 && i + 1 < words.size()) {
                    absolute.add(resolved(option, words.get(++i), workingFolder));
                }
            }
        }
        return absolute;
    }

    /** A recipe is the one word that is no option and not {@code key=value}; keys' paths go by the working folder. */
    private static String recipe(String word, Path workingFolder) {
        boolean file = (word.endsWith(".yaml") || word.endsWith(".yml")) && !word.contains("=");
        return file ? workingFolder.resolve(word).toString() : word;
    }

    private static String resolved(OptionSpec option, String value, Path workingFolder) {
        if (option.longestName().equals("--model")) {
            return model(value, workingFolder);
        }
        boolean path = isPath(option) || ADAPTERS.stream().anyMatch(List.of(option.names())::contains);
        return path || option.longestName().equals("--image")
                ? workingFolder.resolve(value).toString()
                : value;
    }

    /** One of the hub's cache is where this machine finds it; one that is in no place is told of as in one process. */
    private static String model(String value, Path workingFolder) {
        Path there = workingFolder.resolve(value);
        try {
            return workingFolder
                    .resolve(Files.exists(there) ? there : HubCache.model(Path.of(value)))
                    .toString();
        } catch (InvalidInput absent) {
            return value;
        }
    }

    private static boolean isPath(ArgSpec option) {
        Class<?>[] inner = option.auxiliaryTypes();
        return option.type() == Path.class || (inner.length > 0 && inner[0] == Path.class);
    }

    /** The number after an option that is taken out of the words; null where it is not there. */
    public static @Nullable Integer taken(List<String> words, String option) {
        for (int i = 0; i < words.size(); i++) {
            boolean joined = words.get(i).startsWith(option + "=");
            if (joined || words.get(i).equals(option)) {
                String word = words.remove(i);
                if (!joined && i >= words.size()) {
                    throw new InvalidInput(option, "needs a number");
                }
                return number(option, joined ? word.substring(option.length() + 1) : words.remove(i));
            }
        }
        return null;
    }

    private static int number(String option, String text) {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new InvalidInput(option, "must be a whole number of at least 1, got \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }
}
