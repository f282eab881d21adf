/**
 * Everyday words that ask for the same thing, one concept a line, English, German and Spanish (some French) side by
 * side, without accents: the little that a model without weights knows of meaning. A word may stand in several.
 */
export const CONCEPTS: readonly string[] = `
price cost costs fee fees charge charged pay pays paid payment euro euros dollar dollars pound pounds expensive cheap rate rates bill billed billing tariff
preis preise preisliste kosten kostet gebuhr gebuhren euro zahlen zahlt bezahlen bezahlt bezahlung berechnen berechnet teuer billig tarif verlangen pfund franken
precio precios cuesta cuestan coste costes costar vale valen tarifa euro euros cobra cobran cobrar pagar paga pago pagan caro cara barato abonar abona abonan
price cost kosten kostet preis precio cuesta cuestan prix coute cout tarif
free gratis kostenlos kostenfrei umsonst gratuito gratuita gratuitos gratuitas gratuit pay bezahlen pagar
card cash invoice transfer karte bargeld uberweisung rechnung tarjeta efectivo transferencia factura pay pago pagar bezahlen zahlen
admission entry entrance ticket tickets eintritt eintrittskarte karte karten entrada entradas billete billetes boleto
discount reduction reduced reductions rebate concession rabatt rabatte ermassigung ermassigt ermassigte nachlass descuento descuentos rebaja reducido reducida
voucher vouchers coupon gutschein gutscheine vale bono cupon present gift geschenk regalo
deposit kaution pfand anzahlung fianza deposito senal anticipo adelantado
buy buys purchase sell sells selling sale sold order bought shop store kaufen kauft verkaufen verkauft verkauf kauf bestellen laden comprar compra compran vender venden vende venta pedir pedido tienda
book booking booked reserve reserved reservation register registered registration enrol enroll enrolment enrollment signup sign join advance ahead beforehand
buchen buchung gebucht reservieren reserviert reservierung vorbestellen vorbestellung anmelden anmeldung angemeldet einschreiben voranmeldung vorher
reservar reserva reservas reservado reservan inscribir inscribirse inscripcion apuntar apuntarse matricula antelacion
appointment termin termine vereinbaren cita
cancel cancels cancelled canceled cancellation withdraw stornieren storno storniert absagen absage abmelden abmeldung kundigen cancelar cancela cancelacion anular anulacion
refund refunded refunds reimburse return returned money back geld erstatten erstattet erstattung ruckzahlung ruckerstattung zuruck devolver devolvemos devolucion devuelve reembolso dinero
open opens opening opened hours offen offnen offnet geoffnet offnungszeit offnungszeiten abrir abre abren abierto abierta abiertos apertura horario ouvert
close closes closing closed shut locked geschlossen schliessen schliesst gesperrt schliessung cerrar cierra cierran cerrado cerrada cierre ferme
begin begins start starts starting beginning beginnen beginnt beginn anfang anfangen start empezar empieza empiezan comenzar comienza comienzo inicio
end ends finish ends finishing ending over ende enden endet schluss aufhoren terminar termina acabar acaba final fin
arrive arrives arrival check checkin reach ankommen ankunft anreise anreisen anfahrt llegar llega llegada llegadas
leave leaves depart departure checkout abreise abreisen verlassen abfahrt salir salida marcharse irse
late later delay verspatung spat spater tarde retraso
evening night dark dusk abend nacht dunkel dunkelheit noche tarde oscuro oscuridad
morning vormittag morgens fruh manana mananas
summer winter spring autumn season seasons sommer fruhling herbst saison jahreszeit verano invierno primavera otono temporada
monday tuesday wednesday thursday friday saturday sunday weekday weekend day days
montag dienstag mittwoch donnerstag freitag samstag sonntag montags dienstags mittwochs donnerstags freitags samstags sonntags werktag wochenende wochentag tag tage
lunes martes miercoles jueves viernes sabado sabados domingo domingos dia dias semana
month months january february march april june july august september october november december
monat monate monaten januar februar marz april mai juni juli august september oktober november dezember
mes meses enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
minute minutes hour hours duration last lasts minuten stunde stunden dauer dauern dauert minuto minutos hora horas duracion durar dura duran
week weeks year years annual woche wochen jahr jahre jahrlich semana semanas ano anos anual
valid validity expire expires expiry gultig gultigkeit gelten gilt ablaufen verfallen valido valida validez caduca caducan
phone telephone mobile call handy telefon telefonnummer anrufen nummer movil telefono llamar numero
email mail contact message reach write mailen nachricht kontakt schreiben erreichen erreichbar correo mensaje contacto contactar escribir
address location located directions find street road adresse anschrift lage liegt strasse weg direccion ubicacion situado calle encontrar camino
ship ships shipping deliver delivers delivery send parcel post versand versenden verschicken schicken liefern lieferung paket enviar envio envios envian mandar
child children kid kids daughter son young youth kind kinder tochter sohn jugendliche jungen nino ninos nina ninas hijo hija hijos infantil joven jovenes menor menores
adult adults grown grownup erwachsene erwachsener erwachsenen adulto adultos adulta mayor mayores
age aged old years sixteen alter alt jahre jahren edad anos
pensioner pensioners retired senior seniors elderly rentner rentnerin senioren ruhestand jubilado jubilados pensionista tercera
student students trainee trainees apprentice apprentices pupil pupils studenten studierende schuler lehrling azubi auszubildende estudiante estudiantes alumno alumnos aprendiz
teacher teachers instructor tutor coach trainer guide lehrer lehrerin lehrkraft kursleiter trainer profesor profesora profesores maestro monitor instructor teach teaches unterrichten unterrichtet ensena imparte
lesson lessons class classes course courses workshop session kurs kurse unterricht stunde lehrgang seminar clase clases curso cursos taller
school schools schule schulen schulklasse klasse escuela escuelas colegio colegios instituto class pupils
learn learns study taught teach lernen lernt lernst beibringen aprender aprende aprenden ensenar estudiar
beginner beginners novice experience anfanger einsteiger vorkenntnisse erfahrung principiante principiantes experiencia novato
group groups people persons participants guests gruppe gruppen personen leute teilnehmer gaste grupo grupos personas gente participantes
member members membership club association mitglied mitglieder mitgliedschaft verein socio socios miembro miembros asociacion
accompany accompanied supervise escort begleiten begleitet begleitung mitkommen aufsicht acompanar acompana acompanado
car cars drive driving vehicle vehicles park parking auto autos wagen fahrzeug fahren fahrt parken parkplatz parkplatze abstellen garage tiefgarage coche coches conducir vehiculo vehiculos aparcar aparcamiento parking
train bus tram station railway public transport zug bahn bahnhof haltestelle strassenbahn tren estacion autobus parada
bicycle bicycles bike bikes cycling fahrrad fahrrader rad bicicleta bicicletas bici bicis
walk walking hike hiking foot path trail gehen laufen wandern wanderung fuss weg pfad andar caminar paseo senderismo sendero pie
food lunch meal meals eat dinner breakfast snack restaurant cafe essen mittagessen fruhstuck abendessen mahlzeit verpflegung comer comida almuerzo cena desayuno cafeteria restaurante
drink drinks coffee tea water trinken getranke kaffee wasser beber bebida bebidas cafe agua
fridge refrigerator refrigerated kuhlschrank nevera frigorifico
freeze frozen freezer freezing einfrieren gefrieren gefroren eingefroren tiefkuhlen congelar congelado congelador
store keep keeps storage stored kept preserve lagern aufbewahren aufbewahrung haltbar guardar guarda conservar conserva almacenar
hot heat temperature degrees warm heiss hitze warm warme temperatur grad caliente calor temperatura grados
cold cool chill colder kalt kalter kuhl kalte frio fria
clean cleaning wash washing dirty sauber putzen reinigen waschen reinigung limpiar limpieza limpio lavar
repair repairs fix broken damaged mend damage reparieren reparatur kaputt beschadigt defekt schaden reparar reparacion arreglar roto averiado danado
guarantee warranty guaranteed garantie gewahrleistung garantia
need needs require required requires necessary must notig erforderlich benotigen benotigt notwendig voraussetzung necesitar necesita necesario necesaria obligatorio
allowed allow permitted permission forbidden prohibited ban banned may erlaubt gestattet verboten erlauben untersagt zulassig permitido permitida permite prohibido prohibida admiten admite
miss missed absent verpassen verpasst fehlen versaumen perder pierdo faltar falto
borrow lend lends loan rent rental rented hire hired leihen ausleihen verleih verleihen ausleihe mieten miete vermieten leihgebuhr alquilar alquilan alquiler prestar prestado prestamo
change move reschedule switch swap andern verschieben umbuchen wechseln tauschen cambiar cambio mover aplazar
found founded founder established set gegrundet grunden grunder grundung fundar fundado fundador fundo fundada
build built construct constructed make made maker bauen gebaut baut errichtet hergestellt hersteller construir construido construyeron construyo fabricar hecho hizo
pet pets dog dogs cat cats animal animals haustier haustiere hund hunde katze katzen tier tiere perro perros mascota mascotas gato animales
disabled wheelchair accessible accessibility step steps stairs barrier rollstuhl barrierefrei behindert behinderte stufen treppe stufenlos silla ruedas accesible accesibilidad minusvalidos escaleras rampa
toilet toilets restroom bathroom shower showers toilette toiletten wc dusche duschen bad aseo aseos bano banos ducha duchas servicios
allergy allergic allergies intolerance gluten allergie allergien allergisch unvertraglichkeit alergia alergias alergico intolerancia celiaco
sick ill illness disease krank krankheit erkrankt enfermo enferma enfermedad
photo photos photograph photographs picture pictures camera film filming video videos foto fotos fotografieren kamera filmen fotografia fotografias camara grabar
internet wifi online wlan netz linea web
certificate diploma certification zertifikat bescheinigung urkunde certificado diploma titulo
weather rain rains raining cloud clouds cloudy storm sky snow bad wetter regen regnet wolke wolken bewolkt bedeckt himmel sturm schnee tiempo lluvia llueve nube nubes nublado cubierto cielo tormenta nieve
light lights lamp torch flashlight headlamp licht lampe taschenlampe leuchten leuchte beleuchtung luz luces linterna lampara
wear wears clothes clothing dress jacket hat shoes boots socks coat anziehen kleidung kleiden tragen jacke mutze schuhe socken stiefel ropa vestir llevar chaqueta gorro abrigo zapatos calcetines botas
bring brings carry take own mitbringen mitnehmen bringen eigene eigenes traer trae llevar propio propia
include included includes including contain equipment inbegriffen enthalten inklusive umfasst ausrustung incluido incluida incluidos incluye material
tool tools equipment gear material materials werkzeug werkzeuge ausrustung gerat gerate material herramienta herramientas equipo materiales
size big large tall high wide diameter grosse gross hoch breite durchmesser hohe tamano grande ancho alto diametro centimetres meter metres zentimeter centimetros metros
weight heavy weigh kilogram kilograms gram grams gewicht schwer wiegen kilo gramm peso pesa kilos gramos
maximum most limit capacity fit sleeps places seats room hochstens maximal platz platze plazas maximo aforo cabe caben sitze asientos sitio
minimum least mindestens wenigstens minimo menos
see visible watch view observe sehen sichtbar sieht zuschauen beobachten anschauen ver visible ve ven mirar observar vista
top summit up uphill climb oben hinauf gipfel hoch arriba cima subir subida cumbre
toddler baby babies pram stroller baby kinderwagen kleinkind bebe bebes carrito
swim swimming bath bathe pool schwimmen baden schwimmbad nadar bano piscina
fire fires campfire barbecue grill feuer lagerfeuer grillen fuego hoguera barbacoa
noise quiet loud music larm laut ruhe ruhig leise ruido silencio musica
rubbish waste garbage trash bin recycling mull abfall basura residuos reciclaje
electricity electric power socket plug strom elektrisch steckdose electricidad electrico electrica enchufe corriente
sleep sleeping overnight bed beds stay schlafen ubernachten ubernachtung bett betten dormir cama camas alojamiento pernoctar
language languages english german spanish french sprache sprachen englisch deutsch spanisch idioma idiomas ingles aleman espanol
party celebrate celebration birthday wedding feier feiern geburtstag hochzeit fiesta celebrar cumpleanos boda
perform performance concert show stage recital auftritt auftreten konzert vorspiel buhne actuar actuacion concierto recital
practise practice exercise exercises training uben ubung ubungen trainieren practicar practica ejercicio ejercicios entrenar
job jobs work apply vacancy hire stelle arbeit bewerben bewerbung trabajo empleo solicitar
safe safety danger dangerous risk accident injured insurance sicher sicherheit gefahrlich gefahr unfall verletzt versicherung seguro seguridad peligro peligroso accidente
help emergency hilfe notfall helfen ayuda emergencia urgencia
lost missing find verloren vergessen gefunden fundsachen perdido olvidado encontrado
wait waiting queue list warten warteliste wartezeit schlange esperar espera lista cola
mature ready done finished fertig bereit reif listo lista listos terminado hecho
spoiled mould mouldy rotten smell schimmel verdorben riecht geruch moho podrido huele olor
feed feeding fed futtern gefuttert futterung fuettern alimentar alimento alimenta refrescar
bake baking baked oven backen gebacken ofen hornear horno cocer
bread loaf loaves brot brote pan panes hogaza
fishing fish angel angeln fisch fische pescar pesca pez peces
plant plants garden grow pflanze pflanzen garten planta plantas jardin huerto
material fabric wood metal holz stoff madera tela metal
colour color colours farbe farben color colores
instructions method anleitung methode instrucciones metodo
`
  .trim()
  .split('\n');
