package org.moslora.studio.folders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.moslora.adapters.AdapterFile;
import org.moslora.models.ModelOnDisk;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.training.RunFolder;

/** What lies in the folders: models, adapters, conversations, pictures and recipes, by their absolute paths. */
public final class Library {
    private static final int DEPTH = 4;
    private static final int HEAD = 256;
    private static final int MOST_ENTRIES = 20_000;
    private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff");

    private final Folders folders;

    /** What lies in some folders. */
    public Library(Folders folders) {
        this.folders = folders;
    }

    /**
     * Something to choose.
     *
     * @param path absolute
     * @param name short, for people
     */
    public record Entry(Path path, String name) {}

    /** Looks at a place; true where nothing inside of it is to be looked at. */
    private interface Look {
        boolean at(Path place);
    }

    /** Models that are asked. */
    public List<Entry> languageModels() {
        return models(false);
    }

    /** Models that paint. */
    public List<Entry> pictureModels() {
        return models(true);
    }

    private List<Entry> models(boolean pictures) {
        List<Entry> found = new ArrayList<>();
        for (Path root : folders.models()) {
            walk(root, root, DEPTH, place -> {
                boolean paints = Files.isDirectory(place)
                        ? Files.exists(place.resolve("model_index.json"))
                        : isWeights(place) && ModelOnDisk.isDiffusion(place);
                boolean talks = Files.exists(place.resolve("config.json"));
                if (pictures ? paints : talks && !paints) {
                    found.add(entry(root, place));
                }
                return paints || talks || isAdapter(place);
            });
        }
        for (Path run : runFolders()) {
            Path model = new RunFolder(run).model();
            boolean paints = Files.exists(model.resolve("model_index.json"));
            if (pictures ? paints : Files.exists(model.resolve("config.json"))) {
                found.add(new Entry(model, run.getFileName() + " (run)"));
            }
        }
        return found;
    }

    /** Adapters in the folders of models, and what runs have learnt. */
    public List<Entry> adapters() {
        List<Entry> found = new ArrayList<>();
        for (Path root : folders.models()) {
            walk(root, root, DEPTH, place -> {
                if (isAdapter(place)) {
                    found.add(entry(root, place));
                    return true;
                }
                return Files.exists(place.resolve("config.json")) || Files.exists(place.resolve("model_index.json"));
            });
        }
        for (Path run : runFolders()) {
            Path adapter = new RunFolder(run).adapter();
            if (isAdapter(adapter) && Folders.isWithin(adapter, folders.runs())) {
                found.add(new Entry(adapter, run.getFileName() + " (run)"));
            }
        }
        return found;
    }

    /** Files of conversations and folders of pictures. */
    public List<Entry> data() {
        List<Entry> found = new ArrayList<>();
        for (Path root : folders.data()) {
            walk(root, root, DEPTH, place -> {
                boolean folder = Files.isDirectory(place);
                if (folder ? hasPictures(place) : isList(place)) {
                    found.add(entry(root, place));
                }
                return false;
            });
        }
        return found;
    }

    /** Recipes beside the data. */
    public List<Entry> recipes() {
        List<Entry> found = new ArrayList<>();
        for (Path root : folders.data()) {
            walk(root, root, DEPTH, place -> {
                if (!Files.isDirectory(place) && isOneOf(place, Set.of("yaml", "yml"))) {
                    found.add(entry(root, place));
                }
                return false;
            });
        }
        return found;
    }

    /** Every folder in the folders of runs, those that are hidden left out. */
    public List<Path> runFolders() {
        List<Path> found = new ArrayList<>();
        for (Path root : folders.runs()) {
            list(root).stream().filter(Files::isDirectory).forEach(found::add);
        }
        return found;
    }

    private static Entry entry(Path root, Path place) {
        Path inside = root.relativize(place);
        return new Entry(place, inside.toString().isEmpty() ? String.valueOf(root.getFileName()) : inside.toString());
    }

    private void walk(Path root, Path place, int depth, Look look) {
        if (isDone(look, place) || depth == 0 || !Files.isDirectory(place)) {
            return;
        }
        for (Path inner : list(place)) {
            if (!Files.isSymbolicLink(inner) || Folders.isWithin(inner, List.of(root))) {
                walk(root, inner, depth - 1, look);
            }
        }
    }

    /** A file that is damaged is not shown; whoever asks for it by name is told what is wrong with it. */
    private static boolean isDone(Look look, Path place) {
        try {
            return look.at(place);
        } catch (InvalidInput damaged) {
            return true;
        }
    }

    /** What is in a folder by name; nothing where it cannot be read. */
    private static List<Path> list(Path folder) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path entry : all) {
                if (!String.valueOf(entry.getFileName()).startsWith(".") && entries.size() < MOST_ENTRIES) {
                    entries.add(entry);
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
        entries.sort(null);
        return entries;
    }

    private static boolean isAdapter(Path place) {
        return (Files.isDirectory(place) || isWeights(place)) && AdapterFile.isOne(place);
    }

    private static boolean isWeights(Path place) {
        return isOneOf(place, Set.of("safetensors"));
    }

    private static boolean hasPictures(Path folder) {
        return list(folder).stream().anyMatch(file -> isOneOf(file, PICTURES));
    }

    /** Lists of rows, and not configs, which are single objects. */
    private static boolean isList(Path file) {
        if (isOneOf(file, Set.of("jsonl"))) {
            return true;
        } else if (!isOneOf(file, Set.of("json"))) {
            return false;
        }
        try (InputStream in = InputFile.stream(file)) {
            return new String(in.readNBytes(HEAD), StandardCharsets.UTF_8)
                    .strip()
                    .startsWith("[");
        } catch (InvalidInput | IOException unreadable) {
            return false;
        }
    }

    private static boolean isOneOf(Path file, Set<String> endings) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return endings.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
