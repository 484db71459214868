package org.moslora.tensors.out;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Predicate;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Writable;

/** Looks at what a user names for something new to be written to, and takes it. */
public final class OutputPlace {
    private static final int SHOWN = 5;

    private OutputPlace() {}

    /**
     * Takes a folder that is to appear as a whole.
     *
     * @param overwrite whether what the program wrote there before may go
     * @param inputs what is read
     * @return to be closed when it is written
     * @throws InvalidInput if anything else is there, it is an input, lies in one or holds one, or another process is at it
     */
    public static OutputLock folder(Path out, boolean overwrite, List<Path> inputs) {
        String where = FieldName.of("out", out);
        mustHaveName(where, out);
        Inputs.mustBeApart(where, out, inputs);
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new InvalidInput(where, "is a file; name a folder");
        }
        Writable.file(where, out);
        OutputLock lock = OutputLock.beside(where, Inputs.real(out));
        return checked(lock, () -> mustBeOwn(where, out, overwrite));
    }

    /**
     * Takes a file; devices and pipes are nobody's.
     *
     * @param isOwn whether the program wrote the file that is there
     */
    public static OutputLock file(Path out, boolean overwrite, List<Path> inputs, Predicate<Path> isOwn) {
        String where = FieldName.of("out", out);
        mustHaveName(where, out);
        if (isStream(out)) {
            Writable.file(where, out);
            return OutputLock.none();
        }
        Inputs.mustBeApart(where, out, inputs);
        if (Files.isDirectory(out)) {
            throw new InvalidInput(where, "is a folder; name a file");
        }
        Writable.file(where, out);
        OutputLock lock = OutputLock.beside(where, Inputs.real(out));
        return checked(lock, () -> mustBeOwnFile(where, out, overwrite, isOwn));
    }

    /**
     * Takes a file that is replaced whatever it holds, unless it is or belongs to an input.
     *
     * @param folders inputs beside whose files a new one may lie
     * @param isOwn whether the program wrote the file that is there
     */
    public static OutputLock rows(Path out, List<Path> inputs, List<Path> folders, Predicate<Path> isOwn) {
        String where = FieldName.of("out", out);
        mustHaveName(where, out);
        if (isStream(out)) {
            Writable.file(where, out);
            return OutputLock.none();
        }
        Inputs.mustBeApart(where, out, inputs);
        if (Files.isDirectory(out)) {
            throw new InvalidInput(where, "is a folder; name a file");
        }
        for (Path folder : folders) {
            if (Files.exists(out) && Inputs.liesIn(out, folder) && !isEmpty(out) && !isOwn.test(out)) {
                throw new InvalidInput(where, "is a file of " + folder + ", which is read; name another");
            }
        }
        Writable.file(where, out);
        return OutputLock.beside(where, Inputs.real(out));
    }

    /**
     * Makes sure that a folder which files are added to is none that is read.
     *
     * @param folders inputs
     * @throws InvalidInput if it is one, or lies in one
     */
    public static void mustBeOutside(Path out, List<Path> folders) {
        for (Path folder : folders) {
            if (Files.isDirectory(folder) && Inputs.liesIn(out, folder)) {
                throw new InvalidInput(
                        FieldName.of("out", out), "lies in " + folder + ", which is read; name another folder");
            }
        }
    }

    private static OutputLock checked(OutputLock lock, Runnable check) {
        try {
            check.run();
            return lock;
        } catch (RuntimeException wrong) {
            lock.close();
            throw wrong;
        }
    }

    private static void mustHaveName(String where, Path out) {
        if (out.toString().isEmpty() || Inputs.real(out).getFileName() == null) {
            throw new InvalidInput(where, "is no place of its own; name a file or folder");
        }
    }

    private static boolean isStream(Path out) {
        try {
            return Files.exists(out, LinkOption.NOFOLLOW_LINKS)
                    && Files.readAttributes(out, BasicFileAttributes.class).isOther();
        } catch (IOException dangling) {
            return false;
        }
    }

    private static void mustBeOwn(String where, Path out, boolean overwrite) {
        List<String> others = OwnFolder.others(out);
        if (!others.isEmpty()) {
            boolean some = others.size() > SHOWN;
            throw new InvalidInput(
                    where,
                    "holds what this program did not write there as it is now, and is not replaced: "
                            + String.join(", ", some ? others.subList(0, SHOWN) : others)
                            + (some ? " and " + (others.size() - SHOWN) + " more" : "")
                            + "; name another folder");
        }
        if (!overwrite && OwnFolder.holdsFiles(out)) {
            throw new InvalidInput(
                    where, "holds files already; name another folder or give " + FieldName.of("overwrite"));
        }
    }

    private static void mustBeOwnFile(String where, Path out, boolean overwrite, Predicate<Path> isOwn) {
        if (!Files.exists(out) || isEmpty(out)) {
            return;
        }
        if (!isOwn.test(out)) {
            throw new InvalidInput(
                    where, "is a file that this program did not write, and is not replaced; name another");
        }
        if (!overwrite) {
            throw new InvalidInput(where, "is a file; name another place or give " + FieldName.of("overwrite"));
        }
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
