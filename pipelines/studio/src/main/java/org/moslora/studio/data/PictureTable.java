package org.moslora.studio.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.quality.NearDuplicates;
import org.moslora.examples.quality.PictureLook;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.quality.Remark;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.problems.InvalidInput;

/** A folder of pictures, each looked at as a deep check does. */
final class PictureTable {
    private static final Pattern LIKE = Pattern.compile("looks the same as (.+): \\d+ of the ");

    private final Map<String, Path> names = new HashMap<>();
    private final NearDuplicates duplicates = new NearDuplicates();
    private final PictureNeeds needs;

    private PictureTable(int resolution) {
        this.needs = new PictureNeeds(resolution, false, "resolution");
    }

    static DataTable read(Path folder, int resolution) {
        SubjectPictures found = SubjectPictures.readIfAny("images", folder);
        PictureTable table = new PictureTable(resolution);
        List<DataRow> rows = new ArrayList<>();
        for (SubjectPicture picture : masked(folder, found)) {
            rows.add(table.row(rows.size() + 1, picture));
        }
        return new DataTable(true, rows, found.notes());
    }

    /** With masks where they can be read; what is wrong with one is told where a recipe asks for them. */
    private static List<SubjectPicture> masked(Path folder, SubjectPictures plain) {
        boolean any = plain.notes().stream().anyMatch(note -> note.contains("mask"));
        try {
            return any ? SubjectPictures.read("images", folder, true).pictures() : plain.pictures();
        } catch (InvalidInput wrong) {
            return plain.pictures();
        }
    }

    private DataRow row(int number, SubjectPicture picture) {
        String name = String.valueOf(picture.file().getFileName());
        List<DataRow.Mark> marks = new ArrayList<>();
        PictureLook look = new PictureLook(name, picture.file(), PictureDecoder.decode(picture.file()), needs);
        look.remarks().forEach(remark -> marks.add(mark(remark, null)));
        Remark again = duplicates.next(look);
        if (again != null) {
            Matcher like = LIKE.matcher(again.message());
            marks.add(mark(again, like.find() ? names.get(like.group(1)) : null));
        }
        names.put(name, picture.file());
        DataRow.Framed framed =
                new DataRow.Framed(picture.width(), picture.height(), picture.caption(), picture.mask());
        return new DataRow(number, name, List.of(picture.file()), List.of(), marks, framed);
    }

    private static DataRow.Mark mark(Remark remark, @Nullable Path like) {
        return new DataRow.Mark(remark.rule(), remark.message(), false, like);
    }
}
