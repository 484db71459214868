package org.moslora.console.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.moslora.problems.FieldName;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * The folder in which Hugging Face's tools keep what they have downloaded:
 * {@code models--ORG--NAME/snapshots/COMMIT}, the commit in {@code refs/main}. A model may be named {@code ORG/NAME} and is
 * found there; nothing is ever fetched.
 *
 * @param folder where it is, which may be nowhere
 */
public record HubCache(Path folder) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*");
    private static final Pattern COMMIT = Pattern.compile("\\w[\\w.-]*");

    /** Where this machine's is, by the variables that those tools read. */
    public static HubCache here() {
        return of(System.getenv(), Path.of(System.getProperty("user.home", "")));
    }

    static HubCache of(Map<String, String> environment, Path home) {
        for (String name : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) {
            if (!environment.getOrDefault(name, "").isBlank()) {
                return new HubCache(Path.of(environment.getOrDefault(name, "")));
            }
        }
        String own = environment.getOrDefault("HF_HOME", "");
        if (!own.isBlank()) {
            return new HubCache(Path.of(own).resolve("hub"));
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path all = caches.isBlank() ? home.resolve(".cache") : Path.of(caches);
        return new HubCache(all.resolve("huggingface").resolve("hub"));
    }

    /** Whether a text could name a model of the hub. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * A path as it is where something is there, else the model of the cache that it names, else again as it is.
     *
     * @throws InvalidInput if it looks like a model's name and there is neither
     */
    public static Path model(Path given) {
        String name = given.toString().replace('\\', '/');
        if (Files.exists(given) || !isName(name)) {
            return given;
        }
        HubCache here = here();
        return here.find(name).orElseThrow(() -> new InvalidInput(FieldName.of("model", given), here.absent(name)));
    }

    /** The folder of a model, {@code ORG/NAME}; nothing where there is none, or only a torn one. */
    public Optional<Path> find(String name) {
        Path model = folder.resolve("models--" + name.replace("/", "--"));
        try {
            Path snapshots = model.resolve("snapshots");
            Path main = model.resolve("refs").resolve("main");
            if (Files.isRegularFile(main)) {
                String commit = InputFile.text(main).strip();
                Path named = snapshots.resolve(COMMIT.matcher(commit).matches() ? commit : "none");
                return Files.isDirectory(named) ? Optional.of(named) : Optional.empty();
            }
            try (Stream<Path> all = Files.list(snapshots)) {
                List<Path> found = all.filter(Files::isDirectory).toList();
                return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** What to do where there is none of a name. */
    public String absent(String name) {
        return "is no folder here, and no model of the Hugging Face cache " + folder
                + "; nothing is downloaded by this program: \"hf download " + name + "\" puts it there";
    }
}
