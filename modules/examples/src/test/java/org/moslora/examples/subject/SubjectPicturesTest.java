package org.moslora.examples.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class SubjectPicturesTest {
    @TempDir
    Path folder;

    static void draw(Path file, int width, int height) throws IOException {
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }

    @Test
    void picturesComeByFileNameWithoutJunk() throws IOException {
        draw(folder.resolve("b.png"), 30, 20);
        draw(folder.resolve("a.jpg"), 10, 12); // names mean nothing
        draw(folder.resolve("B.png"), 8, 8);
        for (String junk :
                new String[] {".DS_Store", "Thumbs.db", "._b.png", "notes.txt", "cache.npz", "desktop.ini"}) {
            Files.writeString(folder.resolve(junk), "x");
        }
        Files.createDirectories(folder.resolve(".ipynb_checkpoints"));
        Files.createDirectories(folder.resolve("old"));
        Files.writeString(folder.resolve("a.txt"), "\ufeff\n  a cat, red \nmore");
        SubjectPictures found = SubjectPictures.read("instance.images", folder);
        assertThat(found.pictures())
                .extracting(picture -> picture.file().getFileName().toString())
                .containsExactly("B.png", "a.jpg", "b.png");
        assertThat(found.pictures().get(1))
                .isEqualTo(new SubjectPicture(folder.resolve("a.jpg"), 10, 12, "a cat, red"));
        assertThat(found.pictures().get(0).caption()).isNull();
        assertThat(found.notes()).containsExactly("old is a folder and is not looked into");
        assertThat(found.smallerThan(10)).hasSize(1);
        assertThat(found.first(2).pictures()).hasSize(2);
    }

    @Test
    void damagedPicturesArePassedOverByName() throws IOException {
        draw(folder.resolve("good.png"), 16, 16);
        draw(folder.resolve("cut.png"), 64, 64);
        byte[] whole = Files.readAllBytes(folder.resolve("cut.png"));
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.write(folder.resolve("empty.jpg"), new byte[0]);
        SubjectPictures found = SubjectPictures.read("instance.images", folder);
        assertThat(found.pictures()).hasSize(1);
        assertThat(found.notes()).hasSize(2);
        assertThat(found.notes().get(0)).contains("cut.png");
        assertThat(found.notes().get(1)).contains("empty.jpg");
    }

    @Test
    void aFolderWithoutPicturesIsRefused() throws IOException {
        Files.writeString(folder.resolve("cut.jpg"), "no");
        assertThatThrownBy(() -> SubjectPictures.read("instance.images", folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("instance.images")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("cut.jpg");
        assertThatThrownBy(() -> SubjectPictures.read("instance.images", folder.resolve("nowhere")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> SubjectPictures.readIfAny("class.images", folder.resolve("cut.jpg")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cut.jpg");
        assertThat(SubjectPictures.readIfAny("class.images", folder.resolve("nowhere"))
                        .pictures())
                .isEmpty();
    }

    @Test
    void captionsMustBeText() throws IOException {
        draw(folder.resolve("a.png"), 8, 8);
        Files.write(folder.resolve("a.txt"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> SubjectPictures.read("instance.images", folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("a.txt");
    }
}
