package org.moslora.dreambooth;

import java.util.ArrayList;
import java.util.List;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.quality.NearDuplicates;
import org.moslora.examples.quality.PictureLook;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.quality.Remark;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.problems.Problem;

/** How good the pictures of a run are: what is odd about each, folder by folder. */
final class SubjectLooks {
    private final PictureNeeds needs;
    private final List<Problem> found = new ArrayList<>();

    private SubjectLooks(PictureNeeds needs) {
        this.needs = needs;
    }

    static List<Problem> of(Sources sources, int resolution) {
        SubjectLooks looks = new SubjectLooks(new PictureNeeds(resolution, false, "resolution"));
        sources.subjects().all().stream().map(Subject::pictures).forEach(looks::look);
        ClassPictures prior = sources.prior();
        if (prior != null) {
            looks.look(prior.found());
        }
        return looks.found;
    }

    private void look(SubjectPictures pictures) {
        NearDuplicates duplicates = new NearDuplicates();
        for (SubjectPicture picture : pictures.pictures()) {
            String name = String.valueOf(picture.file().getFileName());
            PictureLook look = new PictureLook(name, picture.file(), PictureDecoder.decode(picture.file()), needs);
            look.remarks().forEach(remark -> add(pictures, remark));
            Remark again = duplicates.next(look);
            if (again != null) {
                add(pictures, again);
            }
        }
    }

    private void add(SubjectPictures pictures, Remark remark) {
        found.add(new Problem(pictures.folder().toString(), remark.message(), remark.rule()));
    }
}
