package org.moslora.tensors.out;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.tensors.Digests;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderEntries;

/**
 * Folders that the program fills as a whole, with a list of what it put there: {@code .moslora}, the same bytes for the
 * same files. A folder is replaced only where every file in it is one that the list names, of the size and with the
 * beginning that it names.
 */
public final class OwnFolder {
    /** The list's name. */
    public static final String LIST = ".moslora";

    private static final String FILES = "files";

    private OwnFolder() {}

    /** Fills a folder as {@link DurableFiles#writeFolder} does, unless there is one that must not go. */
    public static void write(Path folder, DurableFiles.Filling filling) {
        mustBeReplaceable(folder);
        DurableFiles.writeFolder(folder, partial -> fill(folder, partial, filling));
    }

    /** The same, as {@link DurableFiles#writeRemakeableFolder} does it. */
    public static void writeRemakeable(Path folder, DurableFiles.Filling filling) {
        mustBeReplaceable(folder);
        DurableFiles.writeRemakeableFolder(folder, partial -> fill(folder, partial, filling));
    }

    private static void fill(Path folder, Path partial, DurableFiles.Filling filling) throws IOException {
        filling.fill(partial);
        Files.writeString(partial.resolve(LIST), list(partial, name -> true));
        mustBeReplaceable(folder); // it may have taken hours
    }

    private static void mustBeReplaceable(Path folder) {
        List<String> others = others(folder);
        if (!others.isEmpty()) {
            throw new UncheckedIOException(new FileAlreadyExistsException(
                    folder + " holds what this program did not write: " + String.join(", ", others)));
        }
    }

    /**
     * What a folder holds that is not as this program wrote it, by relative path; nothing where there is no folder.
     */
    public static List<String> others(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Map<String, JsonElement> listed = listed(folder.resolve(LIST));
        if (listed.isEmpty()) {
            return entries(folder);
        }
        Set<String> folders = new HashSet<>();
        listed.keySet().forEach(name -> addFolders(Path.of(name).getParent(), folders));
        List<String> others = new ArrayList<>();
        each(folder, (name, path) -> {
            boolean own = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    ? folders.contains(name)
                    : isOwn(name, path, listed);
            if (!own) {
                others.add(name);
            }
        });
        return others;
    }

    private static List<String> entries(Path folder) {
        return FolderEntries.of(folder).stream()
                .map(entry -> entry.getFileName().toString())
                .filter(name -> !OutputLock.isLock(name))
                .toList();
    }

    private static boolean isOwn(String name, Path path, Map<String, JsonElement> listed) {
        if (name.equals(LIST)) {
            return true;
        }
        boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        return OutputLock.isLock(name)
                || (file && listed.containsKey(name) && entry(path).equals(listed.get(name)));
    }

    /** Says of a folder, which is there, that the program is about to fill it bit by bit. */
    public static void begin(Path folder) {
        DurableFiles.writeString(folder.resolve(LIST), "{}\n");
    }

    /** Lists what the program has put into a folder that it began. */
    public static void complete(Path folder, Collection<String> names) {
        DurableFiles.writeString(folder.resolve(LIST), list(folder, names::contains));
    }

    /**
     * What would be lost with some entries of a folder that the program did not write: all of them where it did not begin
     * the folder.
     */
    public static List<String> others(Path folder, Collection<String> names) {
        Path list = folder.resolve(LIST);
        boolean begun = Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS);
        if (begun && listed(list).isEmpty()) {
            return List.of(); // it was cut off, and all that is there is of its making
        }
        return others(folder).stream()
                .filter(name -> names.contains(Path.of(name).getName(0).toString()))
                .toList();
    }

    /** Whether a folder holds anything but a lock. */
    public static boolean holdsFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        return !entries(folder).isEmpty();
    }

    private static void addFolders(@Nullable Path path, Set<String> folders) {
        for (Path each = path; each != null; each = each.getParent()) {
            folders.add(each.toString());
        }
    }

    private static Map<String, JsonElement> listed(Path list) {
        Map<String, JsonElement> listed = new TreeMap<>();
        if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
            return listed;
        }
        try {
            JsonObject files = JsonParser.parseString(InputFile.text(list))
                    .getAsJsonObject()
                    .getAsJsonObject(FILES);
            files.entrySet().forEach(entry -> listed.put(Path.of(entry.getKey()).toString(), entry.getValue()));
            return listed;
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | InvalidPathException odd) {
            return Map.of(); // whoever changed it did not mean it to speak for the folder
        }
    }

    private static String list(Path folder, Predicate<String> isMeant) {
        JsonObject files = new JsonObject();
        Map<String, JsonArray> sorted = new TreeMap<>();
        each(folder, (name, path) -> {
            boolean meant =
                    !name.equals(LIST) && isMeant.test(Path.of(name).getName(0).toString());
            if (meant && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                sorted.put(name, entry(path));
            }
        });
        sorted.forEach(files::add);
        JsonObject list = new JsonObject();
        list.add(FILES, files);
        return list + "\n";
    }

    /** A file's size and a digest of its first mebibyte, which is all of most. */
    private static JsonArray entry(Path file) {
        JsonArray entry = new JsonArray();
        try {
            entry.add(Files.size(file));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        entry.add(Digests.sha256OfBeginning(file));
        return entry;
    }

    @FunctionalInterface
    private interface Each {
        void entry(String name, Path path);
    }

    private static void each(Path folder, Each each) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted()
                    .filter(path -> !path.equals(folder))
                    .forEach(path -> each.entry(folder.relativize(path).toString(), path));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
