/**
 * The same as `concepts.ts` for people, places, things and rules: words that pages of shops, schools, clubs and houses
 * have in common, whatever their subject.
 */
export const CONCEPTS_OF_THINGS: readonly string[] = `
lead leads leader leading head runs manager director chief leiten leitet leiter leiterin leitung chef chefin inhaber dirige dirigir director directora responsable encargado encargada jefe jefa
owner owns owned belong belongs besitzer besitzt gehort gehoren eigentumer dueno duena propietario propietaria pertenece
staff employee employees crew team personal mitarbeiter mitarbeiterin angestellte belegschaft empleado empleados empleada equipo plantilla
parent parents mother father mum dad family families guardian guardians eltern elternteil mutter vater familie familien erziehungsberechtigte padre padres madre madres familia familias tutor
brother sister sibling siblings brothers sisters bruder schwester geschwister geschwisterkind hermano hermana hermanos hermanas
partner couple wife husband spouse paar paare ehepaar ehefrau ehemann pareja parejas marido esposa
friend friends freund freunde freundin amigo amigos amiga amigas
substitute replacement stand ersatz ersatzperson vertretung vertreten sustituto sustituta sustituir reemplazo
transferable transferred transfer ubertragbar ubertragen weitergeben transferible transferir ceder
man men woman women male female lady mann manner frau frauen damen herren hombre hombres mujer mujeres
adult grown volljahrig volljahrige erwachsene erwachsenen adulto mayor
holiday holidays vacation christmas easter ferien urlaub feiertag feiertage feiertagen weihnachten ostern silvester neujahr heiligabend vacaciones festivo festivos navidad pascua nochevieja
surcharge extra additional supplement penalty fine zuschlag aufpreis aufschlag zusatzlich extra strafe recargo suplemento adicional multa
half halves halfte halb halbe halber mitad medio
part parts instalment instalments portion rate raten teilzahlung plazos cuota cuotas mensualidad
monthly month monatlich monats mensual mes
far distance kilometre kilometres kilometer mile miles metres away near nearest weit entfernt entfernung kilometer meile meilen nahe nachste lejos distancia kilometro kilometros milla millas cerca
speed quick quickly slow schnell geschwindigkeit langsam tempo rapido rapida velocidad lento
deep depth tief tiefe tiefen profundo profunda profundidad hondo
high height tall hoch hohe hochste alto altura alta
thick thickness thin dick dicke dunn grueso gruesa grosor espesor delgado
loudspeaker speaker microphone lautsprecher mikrofon altavoz microfono
protect protection protective mask goggles glasses gloves helmet schutz schutzen schutzbrille maske brille handschuhe helm proteger proteccion mascara mascarilla gafas guantes casco
key keys code lock locked door schlussel turcode code schloss tur llave llaves codigo puerta cerradura
locker lockers valuables schliessfach schliessfacher spind spinde wertsachen taquilla taquillas consigna
coin coins token tokens munze munzen jeton moneda monedas ficha fichas
floor storey upstairs downstairs basement stock stockwerk etage erdgeschoss keller untergeschoss planta piso sotano
room rooms space hall raum raume zimmer saal sala salas habitacion habitaciones aula
kitchen cook cooking stove kuche kochen herd cocina cocinar
sweep sweeping broom mop dust wipe wiped vacuum fegen kehren besen wischen gewischt staub barrer escoba polvo fregar
smoke smoking smoker cigarette cigarettes rauchen raucher zigarette zigaretten fumar cigarrillo tabaco
alcohol alcoholic wine beer alkohol alkoholisch wein bier vino cerveza alcoholica
vegan vegetarian vegetarians vegetarisch vegetarier vegano vegana vegetariano vegetariana
ingredient ingredients contain contains contained zutat zutaten enthalt enthalten inhaltsstoffe ingrediente ingredientes contiene contienen
milk dairy lactose cream butter milch laktose sahne leche lactosa lacteos nata mantequilla
egg eggs eier huevo huevos
nut nuts almond almonds hazelnut hazelnuts walnut walnuts nuss nusse mandel mandeln haselnuss walnuss nuez nueces almendra almendras avellana avellanas
flour wheat rye spelt mehl weizen roggen dinkel harina trigo centeno espelta
sugar sweet sweetener zucker suss azucar dulce
meat sausage ham pork beef fleisch wurst schinken carne salchicha jamon cerdo ternera
fruit fruits vegetable vegetables obst gemuse frucht fruchte fruta frutas verdura verduras
tea coffee cup mug tee kaffee tasse becher taza
cake cakes pastry pie kuchen torte geback tarta pastel pasteles
piano keyboard klavier flugel tasten teclado
instrument instruments violin flute guitar instrumente geige flote gitarre instrumento instrumentos violin flauta guitarra
sing singing choir voice singen gesang chor stimme cantar canto coro voz
tune tuned tuning gestimmt stimmung klavierstimmer afinar afinado afinacion afinador
book books textbook notes sheet buch bucher noten notenheft libro libros partitura partituras
exam exams examination test prufung prufungen examen examenes prueba pruebas
homework task tasks hausaufgabe hausaufgaben aufgabe deberes tarea tareas
grade grades mark marks level note noten stufe nota notas nivel
advanced intermediate level fortgeschritten fortgeschrittene niveau avanzado avanzada avanzados perfeccionamiento nivel
licence license permit certificate schein fuhrerschein lizenz ausweis genehmigung carne licencia permiso
passport identity identification ausweis personalausweis reisepass pasaporte documento identidad
inform notify report announce notice tell informieren melden mitteilen bescheid benachrichtigen informar avisar avisa aviso comunicar notificar
form forms sign signed signature contract formular unterschreiben unterschreibt unterschrift vertrag formulario firmar firma contrato
notice terminate termination quit kundigung kundigungsfrist kundbar baja rescindir rescision preaviso
deadline latest limit frist spatestens innerhalb plazo limite tardar
insurance insured liability liable versicherung versichert haftung haftet haften seguro asegurado responsable responsabilidad
complaint complaints complain beschwerde beschweren reklamation reklamieren queja quejas reclamacion reclamar
replace replaced replacement exchange exchanged umtausch umtauschen ersetzen ersetzt austauschen reemplazar sustituir
collect collected collection pickup pick picked fetch abholen abholung abgeholt holen recoger recogida retirar
bring delivered deliver drop hand abgeben abgabe gebracht bringen entregar entrega dejar
lend borrowed rental hire ausgeliehen geliehen verliehen leihen leihschein prestamo prestan alquilado alquilada
sunset sunrise sunny sonne sonnenuntergang sonnenaufgang puesta amanecer atardecer
wind windy gale breeze sturmisch viento ventoso
sea beach coast lake river meer strand kuste fluss mar playa costa lago
boat boats ship ships sail sailing boot boote schiff segeln segelboot barco barcos buque velero navegar
mountain mountains hill hills berg berge hugel montana monte colina
forest woods tree trees wald baum baume bosque arbol arboles
horse horses pony ponies riding ride pferd pferde reiten ponys caballo caballos montar equitacion
bird birds vogel pajaro pajaros ave aves
vaccine vaccination vaccinations vaccinated impfung impfungen geimpft impfen vacuna vacunas vacunado vacunacion
doctor physician medicine medication drug pharmacy arzt arztin medikament medikamente apotheke medico medicamento medicamentos farmacia
injury injured hurt wound verletzung verletzt herida heridas lesion lesionado
pain painful ache schmerz schmerzen dolor duele
pregnant pregnancy schwanger schwangerschaft schwangere embarazada embarazo
shoe shoes footwear boots slippers schuh schuhe stiefel hausschuhe calzado zapato zapatos zapatillas botas
apron uniform costume schurze uniform kostum delantal uniforme disfraz traje
towel towels handtuch handtucher toalla toallas
photo image images bild bilder aufnahme imagen imagenes
privacy data personal daten datenschutz datos privacidad
visit visits visitor visitors guest guests besuch besuche besuchen besucher gast gaste visita visitas visitar visitante visitantes
tour tours guided fuhrung fuhrungen rundgang recorrido guiada guiadas
event events competition contest tournament race championship veranstaltung wettbewerb turnier wettkampf rennen meisterschaft evento eventos competicion torneo concurso regata carrera campeonato
prize prizes award awards win winner gewinnen gewinner auszeichnung premio premios ganar ganador
exhibition fair market ausstellung messe markt exposicion feria mercado
donate donation donations charity spende spenden wohltatig donar donacion donaciones caridad
volunteer volunteers ehrenamt ehrenamtlich freiwillige voluntario voluntarios voluntariado
renew renewed replaced update updated erneuern erneuert aktualisieren renovar renovado actualizar
charge charging charger ladestation ladesaule aufladen laden cargar cargador recarga
battery batteries akku akkus batterie batterien bateria baterias pila pilas
hotel hostel accommodation apartment unterkunft pension ferienwohnung hostal apartamento
luggage baggage suitcase bag bags backpack gepack koffer tasche taschen rucksack equipaje maleta bolsa mochila
tent tents caravan camper zelt zelte wohnwagen wohnmobil tienda caravana autocaravana
chair chairs seat bench stuhl stuhle sessel bank silla sillas banco
online remote zoom videocall fernunterricht linea distancia videollamada virtual
home house zuhause hause hausbesuch wohnung casa domicilio
brake brakes bremse bremsen freno frenos
tyre tyres tire tires tube puncture flat reifen schlauch platten neumatico neumaticos camara pinchazo
service inspection overhaul maintenance checkup inspektion wartung durchsicht uberholung revision mantenimiento puesta
lost missed forget forgotten vergessen vergisst olvidar olvidado olvida
steal stolen theft thief gestohlen diebstahl dieb robo robado robar
alone unaccompanied unattended allein alleine unbeaufsichtigt solo sola solos
together shared share gemeinsam zusammen geteilt juntos compartir compartido
quit drop dropped abbrechen abbruch aussteigen abandonar
fall falls fell overturn capsize fallen sturzen gesturzt kentern caer volcar vuelca
touch touching anfassen beruhren tocar
throw thrown discard dispose wegwerfen entsorgen entsorgt tirar desechar
number amount quantity count anzahl menge zahl numero cantidad
kind sort variety art sorte sorten tipo tipos clase variedad variedades
new latest recent neu neue neueste nuevo nueva reciente
used secondhand gebraucht gebrauchte usado usada segunda
spare part parts component ersatzteil ersatzteile bauteil repuesto repuestos pieza piezas
private individual single einzel einzeln einzelunterricht privat individual particular privada
trial taster try tryout probe probestunde schnupper schnupperstunde schnupperkurs ausprobieren prueba probar
beginner starter introduction introductory initiation anfangerkurs einsteigerkurs einfuhrung iniciacion introduccion principiante
recover catch makeup recovered nachholen nachgeholt ersatztermin recuperar recuperable recupera
punctual punctuality late punktlich verspatet verspaten puntual puntualidad
`
  .trim()
  .split('\n');
