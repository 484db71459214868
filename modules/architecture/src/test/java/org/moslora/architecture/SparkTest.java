package org.moslora.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who does not use Spark gets nothing of it: neither code that knows of it, nor its jars. */
final class SparkTest {
    private static final String MODULE = "pipelines/spark";
    private static final List<String> WORDS = List.of("org.apache.spark", "scala-library", "scala.runtime");

    @Test
    void nobodyElseKnowsOfSpark() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "scala..", "org.moslora.spark..")
                .check(House.CLASSES);
        assertThat(House.sources())
                .filteredOn(source -> !House.name(source).startsWith(MODULE))
                .allSatisfy(source -> assertThat(House.text(source)).doesNotContain(WORDS));
    }

    @Test
    void nobodyElseAsksForItsJars() {
        List<Path> poms = House.files(House.ROOT).stream()
                .filter(file -> file.endsWith("pom.xml"))
                .filter(file -> !House.name(file).startsWith(MODULE))
                .toList();
        assertThat(poms)
                .isNotEmpty()
                .allSatisfy(pom -> assertThat(House.text(pom))
                        .as(House.name(pom))
                        .doesNotContain(WORDS)
                        .doesNotContain("<artifactId>spark</artifactId>"));
        assertThat(System.getProperty("java.class.path")).doesNotContain("spark-core", "scala-library");
    }

    /** What the module itself asks for stays with it: a cluster brings it, or only tests need it. */
    @Test
    void theModuleKeepsThemToItself() {
        String pom = House.text(House.ROOT.resolve(MODULE).resolve("pom.xml"));
        assertThat(pom.lines().filter(line -> line.contains("<exclusions>")).toList())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .containsAnyOf("<scope>provided</scope>", "<scope>test</scope>")
                        .contains("<artifactId>*</artifactId>"));
    }

    /** What a pom names for tests alone stays out of the jar, even where the program brings it: its own parts may not. */
    @Test
    void theJarHasAllOfTheProgram() {
        String pom = House.text(House.ROOT.resolve(MODULE).resolve("pom.xml"));
        assertThat(pom.lines().filter(line -> line.contains("<groupId>org.moslora</groupId>")))
                .allSatisfy(line -> assertThat(line).doesNotContain("<scope>test</scope>"));
        assertThat(pom).contains("<artifactId>pytorch-jni</artifactId><scope>runtime</scope>");
    }
}
