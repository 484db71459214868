package org.moslora.campaign;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.moslora.tensors.Digests;

/** Folders as their files' names and contents. */
final class Trees {
    /** What clocks and machines put into files, which is another every time. */
    private static final Set<String> PASSING = Set.of(
            "seconds",
            "peak_rss_bytes",
            "peakBytes",
            "peak_bytes",
            "cpu_seconds",
            "started",
            "ended",
            "begun",
            "finished",
            "resumed",
            "pid");

    private Trees() {}

    /** Every file's digest by its name; what clocks put into JSON does not count. */
    static Map<String, String> digests(Path tree, Set<String> without) {
        Map<String, String> digests = new TreeMap<>();
        for (Path file : files(tree)) {
            String name = tree.relativize(file).toString();
            if (without.stream().noneMatch(name::matches)) {
                digests.put(name, Files.isRegularFile(file) ? digest(file) : "no file");
            }
        }
        return digests;
    }

    /** In what a tree is not the one expected; empty if it is. */
    static List<String> differences(Map<String, String> expected, Map<String, String> actual) {
        List<String> differences = new ArrayList<>();
        expected.forEach((name, digest) -> {
            String other = actual.get(name);
            if (other == null) {
                differences.add("lacks " + name);
            } else if (!other.equals(digest)) {
                differences.add("other bytes in " + name);
            }
        });
        actual.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .forEach(name -> differences.add("left over " + name));
        return differences;
    }

    private static String digest(Path file) {
        String name = file.getFileName().toString();
        if (name.equals(".checked")) {
            return namesAndSizes(file);
        }
        if (!name.endsWith(".jsonl") && !name.endsWith(".json")) {
            return Digests.sha256(file);
        }
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            StringBuilder kept = new StringBuilder();
            for (String part : name.endsWith(".jsonl") ? text.lines().toList() : List.of(text)) {
                kept.append(lasting(JsonParser.parseString(part))).append('\n');
            }
            return HexFormat.of().toHexDigits(kept.toString().hashCode()) + " of " + kept.length();
        } catch (JsonParseException | IOException unreadable) {
            return "no JSON: " + Digests.sha256(file);
        }
    }

    /** What an unpacked library's seal says but for the times of its files. */
    private static String namesAndSizes(Path seal) {
        try {
            return Files.readAllLines(seal, StandardCharsets.UTF_8).stream()
                    .map(line -> line.substring(0, Math.max(0, line.lastIndexOf(' '))))
                    .collect(Collectors.joining(", "));
        } catch (IOException unreadable) {
            return "unreadable";
        }
    }

    private static JsonElement lasting(JsonElement value) {
        if (value.isJsonArray()) {
            value.getAsJsonArray().forEach(Trees::lasting);
        } else if (value.isJsonObject()) {
            JsonObject object = value.getAsJsonObject();
            PASSING.forEach(object::remove);
            object.asMap().values().forEach(Trees::lasting);
        }
        return value;
    }

    /** All files of a tree, links and pipes among them. */
    static List<Path> files(Path tree) {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try {
            // Whoever writes there takes files away meanwhile.
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException gone) throws IOException {
                    try (Stream<Path> entries = Files.list(folder)) {
                        if (entries.findAny().isEmpty()) {
                            files.add(folder);
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        files.sort(null);
        return files;
    }

    static long bytes(Path tree) {
        return files(tree).stream()
                .filter(Files::isRegularFile)
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    /** The same files under other names: quick, and whoever writes into one writes into both. */
    static void link(Path from, Path to) {
        try (Stream<Path> found = Files.walk(from)) {
            for (Path path : found.toList()) {
                Path place = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(place);
                } else {
                    Files.createLink(place, path);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Deletes a tree, if it is there. */
    static void delete(Path tree) {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException none) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
