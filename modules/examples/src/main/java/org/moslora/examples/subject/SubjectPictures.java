package org.moslora.examples.subject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;

/** The readable pictures of a folder, in the order of their file names. */
public final class SubjectPictures {
    private final Path folder;
    private final List<SubjectPicture> pictures;
    private final List<String> notes;

    SubjectPictures(Path folder, List<SubjectPicture> pictures, List<String> notes) {
        this.folder = folder;
        this.pictures = List.copyOf(pictures);
        this.notes = List.copyOf(notes);
    }

    /**
     * Decodes every picture of a folder once. What cannot be decoded is passed over with a note; hidden files, captions
     * and what systems leave behind are passed over without one; folders within are not looked into.
     *
     * @param where the recipe key that names the folder, for messages
     * @throws InvalidInput if there is no such folder, or no picture in it that can be read; the message says what is
     *     wrong with those there are
     */
    public static SubjectPictures read(String where, Path folder) {
        return read(where, folder, false);
    }

    /**
     * The same, perhaps with masks: NAME-mask.png beside NAME.jpg, or else the alpha of a PNG or WebP. A picture without
     * either gets a note. A mask is never a picture of its own.
     *
     * @throws InvalidInput as above, and if a mask has another size than its picture, is black all over or damaged
     */
    public static SubjectPictures read(String where, Path folder, boolean masked) {
        SubjectPictures found = new FolderReading(where, folder, masked).read();
        if (found.pictures.isEmpty()) {
            String wrong = String.join("; ", found.notes.subList(0, Math.min(5, found.notes.size())));
            throw new InvalidInput(
                    where,
                    Files.isDirectory(folder)
                            ? folder + " holds no picture that can be read" + (wrong.isEmpty() ? "" : ": " + wrong)
                            : folder + " does not exist");
        }
        return found;
    }

    /**
     * The same for a folder that may be empty or absent, because the pictures it lacks are to be made.
     *
     * @throws InvalidInput if the path is a file, or the folder cannot be listed
     */
    public static SubjectPictures readIfAny(String where, Path folder) {
        return new FolderReading(where, folder, false).read();
    }

    /**
     * The files of a folder that should be pictures, by name and not decoded: without companions, and without the masks of
     * others.
     *
     * @throws InvalidInput if there is no such folder, or it cannot be listed
     */
    public static List<Path> files(String where, Path folder) {
        if (!Files.exists(folder)) {
            throw new InvalidInput(where, "does not exist");
        }
        return new FolderReading(where, folder, false).pictureFiles();
    }

    /** The name of a picture without what follows its last dot, which its companions share. */
    public static String stem(Path picture) {
        return FolderReading.stem(picture);
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The pictures, by file name. */
    public List<SubjectPicture> pictures() {
        return pictures;
    }

    /** What the user should know: files that were passed over and why. */
    public List<String> notes() {
        return notes;
    }

    /** The first so many pictures, for a class folder that holds more than asked. */
    public SubjectPictures first(int count) {
        return new SubjectPictures(folder, pictures.subList(0, Math.min(count, pictures.size())), notes);
    }

    /** The same with only some of its pictures. */
    public SubjectPictures only(List<SubjectPicture> some) {
        return new SubjectPictures(folder, some, notes);
    }

    /** Those whose shorter side is below a resolution, so that training sees them enlarged. */
    public List<SubjectPicture> smallerThan(int resolution) {
        return pictures.stream()
                .filter(picture -> Math.min(picture.width(), picture.height()) < resolution)
                .toList();
    }
}
